import { relative } from 'node:path'
import { isWithin } from './glob.ts'

/** Files that changed since the service was last restarted for one; however many, it stays small. */
export interface Changes {
  /** Absolute, the first few. */
  readonly first: readonly string[]
  readonly count: number
}

const shown = 8

/** The first change, to be put together with those that follow it. */
export function changeOf(path: string): Changes {
  return { first: [path], count: 1 }
}

/** Both together; a file that changes again and again counts once while it is among the first. */
export function withChanges(before: Changes, added: Changes): Changes {
  const strangers = added.first.filter((path) => !before.first.includes(path))
  return {
    first: [...before.first, ...strangers].slice(0, shown),
    count: before.count + added.count - (added.first.length - strangers.length),
  }
}

/** `src/app.js` changed; `src/app.js` and 3 other files changed. */
export function sayChanges({ first: [path = ''], count }: Changes, base: string): string {
  const name = `\`${isWithin(path, base) && path !== base ? relative(base, path) : path}\``
  if (count <= 1) return `${name} changed`
  return `${name} and ${count - 1} other file${count === 2 ? '' : 's'} changed`
}
