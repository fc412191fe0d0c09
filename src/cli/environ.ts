import { readFileSync } from 'node:fs'

/**
 * Every variable that a process of this host was started with, in its order. Undefined when it is gone, or somebody
 * else's, or has written over its own environment (as programs that set their title do).
 */
export function readEnvironment(pid: number): Readonly<Record<string, string>> | undefined {
  const pairs = textOf(`/proc/${pid}/environ`)
    .split('\0')
    .flatMap((entry): readonly (readonly [string, string])[] => {
      const at = entry.indexOf('=')
      return at > 0 ? [[entry.slice(0, at), entry.slice(at + 1)]] : []
    })
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs)
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
