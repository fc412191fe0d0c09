import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { shortId } from '../base/ids.ts'

/** A home that no other program has. */
export function independentHome(): string {
  return join(tmpdir(), `troupe-pm2-${shortId()}`)
}
