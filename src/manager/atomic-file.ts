import { readFileSync } from 'node:fs'
import { errnoOf } from '../base/errors.ts'
import writeFileAtomic from 'write-file-atomic'

/** `isDurable` waits for the disk; without it the file survives the death of the manager, not that of the machine. */
export function writeJson(
  path: string,
  value: unknown,
  { isDurable }: { isDurable: boolean },
): void {
  writeFileAtomic.sync(path, `${JSON.stringify(value, null, 1)}\n`, {
    mode: 0o600,
    fsync: isDurable,
  })
}

/** The file's JSON; undefined when there is no such file or it does not parse. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (thrown) {
    if (thrown instanceof SyntaxError || errnoOf(thrown) === 'ENOENT') return undefined
    throw thrown
  }
}
