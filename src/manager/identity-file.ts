import { join } from 'node:path'
import { TroupeError } from '../base/errors.ts'
import { shortId } from '../base/ids.ts'
import { readBootId } from '../process/proc.ts'
import { isObject } from '../protocol/untyped.ts'
import { type FoundJson, readJson, writeJson } from './atomic-file.ts'

/** Who the managers of a home are, one after the other: all of them go by one id. */
export interface ManagerIdentity {
  /** Stands in the cookie of every process of this home. */
  readonly managerId: string
  /** No manager of this home has run since the machine booted. */
  readonly isNewBoot: boolean
}

/**
 * Who the managers of this home are, one after the other.
 *
 * @throws TroupeError `E_CONFIG` when that is damaged: under a new name, everything that runs would be a stranger's
 */
export function identify(stateDir: string): ManagerIdentity {
  const path = join(stateDir, 'identity.json')
  const bootId = readBootId()
  const found = readJson(path)
  const known = found.kind === 'absent' ? {} : knownFrom(found, path)
  const { managerId = shortId() } = known
  const isSameBoot = known.bootId === bootId
  if (!isSameBoot) writeJson(path, { managerId, bootId }, { isDurable: true })
  return { managerId, isNewBoot: !isSameBoot }
}

function knownFrom(
  found: FoundJson,
  path: string,
): { readonly managerId?: string; readonly bootId?: unknown } {
  const value = found.kind === 'read' && isObject(found.value) ? found.value : {}
  const { managerId, bootId } = value
  if (typeof managerId === 'string') return { managerId, bootId }
  throw new TroupeError('E_CONFIG', `${path} is damaged`, {
    hint: 'write {"managerId":"<id>"} with the <id> of TROUPE_COOKIE=<id>:… in the environment of any service',
  })
}
