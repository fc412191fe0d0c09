import { readFileSync } from 'node:fs'
import { errnoOf } from '../base/errors.ts'
import writeFileAtomic from 'write-file-atomic'

/**
 * `isDurable` waits for the disk; without it the file survives the death of the manager, not that of the machine.
 * `isCompact` is for what is written often, and seldom read by people.
 */
export function writeJson(
  path: string,
  value: unknown,
  { isDurable, isCompact = false }: { isDurable: boolean; isCompact?: boolean },
): void {
  writeFileAtomic.sync(path, `${JSON.stringify(value, null, isCompact ? 0 : 1)}\n`, {
    mode: 0o600,
    fsync: isDurable,
  })
}

/** What stands in a file: a damaged one must never be taken for one that was not written yet. */
export type FoundJson =
  | { readonly kind: 'absent' }
  | { readonly kind: 'damaged' }
  | { readonly kind: 'read'; readonly value: unknown }

/** @throws the system error of a file that is there and cannot be read */
export function readJson(path: string): FoundJson {
  try {
    return { kind: 'read', value: JSON.parse(readFileSync(path, 'utf8')) }
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return { kind: 'absent' }
    if (thrown instanceof SyntaxError) return { kind: 'damaged' }
    throw thrown
  }
}
