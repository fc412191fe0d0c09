import { TroupeError } from '../base/errors.ts'
import type { KeyStore } from '../fleet/keys.ts'
import type { TrustedKeyView } from '../protocol/answers.ts'
import { readJson, writeJson } from './atomic-file.ts'

/**
 * The trusted keys in `state/keys.json`. A file that cannot be understood stops the manager:
 * going on without its keys would lock out everybody whom it named.
 */
export function keyFile(path: string): KeyStore {
  return {
    load() {
      const found = readJson(path)
      if (found.kind === 'absent') return []
      if (found.kind === 'read' && isKeys(found.value)) return found.value
      throw new TroupeError('E_KEY', `${path} does not hold a list of keys`, {
        hint: 'mend it, or remove it and trust the keys again',
      })
    },
    save: (keys) => writeJson(path, keys, { isDurable: true }),
  }
}

function isKeys(value: unknown): value is readonly TrustedKeyView[] {
  return Array.isArray(value) && value.every((each) => isKey(each))
}

function isKey(value: unknown): value is TrustedKeyView {
  if (typeof value !== 'object' || value === null) return false
  const { kid, name, publicKey, trustedAt } = value as Partial<Record<string, unknown>>
  return (
    typeof kid === 'string' &&
    typeof name === 'string' &&
    typeof publicKey === 'string' &&
    typeof trustedAt === 'number'
  )
}
