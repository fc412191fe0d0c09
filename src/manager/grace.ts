import { TroupeError } from '../base/errors.ts'
import { parseMillis } from '../base/units.ts'
import type { Op, Params } from '../protocol/operations.ts'
import type { Order } from './call.ts'
import type { Roster } from './roster.ts'
import { resolveTargets } from './targets.ts'

/**
 * `grace=5s`, read as a time.
 *
 * @throws TroupeError `E_USAGE`
 */
export function graceOf(params: Params<Op>): number | undefined {
  if (!('grace' in params) || params.grace === undefined) return undefined
  const ms = parseMillis(String(params.grace))
  if (ms !== undefined) return ms
  throw new TroupeError(
    'E_USAGE',
    `grace: expected a time such as "5s", got "${String(params.grace)}"`,
  )
}

/**
 * Gives what is being ended on the services of a command no more time than that command would, and takes a reload
 * of them for undone.
 */
export function makeWay(
  roster: Pick<Roster, 'services' | 'hasten' | 'haltReload'>,
  { op, services, params, by, id }: Order['call'],
): void {
  try {
    const choices = resolveTargets(services, roster.services)
    roster.haltReload(choices, `${op} was asked for by ${by}`)
    const graceMs = graceOf(params)
    if (graceMs === undefined) return
    roster.hasten(choices, { graceMs, by, cause: id })
  } catch (thrown) {
    // What is wrong with the command is said when its turn has come.
    if (!TroupeError.is(thrown)) throw thrown
  }
}
