import { join } from 'node:path'
import { shortId } from '../base/ids.ts'
import { readBootId } from '../process/proc.ts'
import { readJson, writeJson } from './atomic-file.ts'

export interface ManagerIdentity {
  /** Stands in the cookie of every process of this home. */
  readonly managerId: string
  /** No manager of this home has run since the machine booted. */
  readonly isNewBoot: boolean
}

/** Who the managers of this home are, one after the other. */
export function identify(stateDir: string): ManagerIdentity {
  const path = join(stateDir, 'identity.json')
  const bootId = readBootId()
  const read = readJson(path)
  const known = typeof read === 'object' && read !== null ? read : {}
  const managerId =
    'managerId' in known && typeof known.managerId === 'string' ? known.managerId : shortId()
  const isSameBoot = 'bootId' in known && known.bootId === bootId
  if (!isSameBoot) writeJson(path, { managerId, bootId }, { isDurable: true })
  return { managerId, isNewBoot: !isSameBoot }
}
