import { type Clock, sleep } from '../base/clock.ts'
import { TroupeError } from '../base/errors.ts'
import type { ServiceSpec } from '../declaration/service.ts'
import type { Board } from '../supervisor/instance-ports.ts'
import type { ActOptions, Supervision } from '../supervisor/supervision.ts'
import type { Acted } from './acted.ts'

/** Nobody waits longer than this for a process to show that it survived. */
const longestTrialMs = 5_000

interface InPlacePorts {
  readonly supervision: Pick<Supervision, 'act' | 'send'>
  readonly board: Pick<Board, 'of' | 'view'>
  readonly clock: Clock
}

/**
 * Reloads a service that cannot run twice and is what it was declared to be: by its `reload_signal`, or else by a
 * restart.
 *
 * @throws TroupeError `E_FAILED` when a process did not live on for `min_uptime` (5 s at most) after the signal
 */
export async function reloadInPlace(
  { name, reloadSignal, minUptimeMs }: ServiceSpec,
  { note, ...options }: ActOptions & { readonly note: string },
  { supervision, board, clock }: InPlacePorts,
): Promise<Acted> {
  const { slots } = options
  const told = board
    .of(name)
    .filter(({ slot, state }) => state === 'online' && (slots?.includes(slot) ?? true))
  if (reloadSignal === undefined || told.length === 0) {
    const instances = await supervision.act(name, 'restart', { why: 'reload', ...options })
    return { instances, notes: [note] }
  }
  await supervision.send(
    name,
    { kind: 'signal', signal: reloadSignal },
    { slots: told.map(({ slot }) => slot) },
  )
  await sleep(clock, Math.min(minUptimeMs, longestTrialMs))
  const lost = told.filter(({ slot, pid }) => board.view(name, slot)?.pid !== pid)
  if (lost.length === 0) {
    return { instances: board.of(name), notes: [`${name} was told to reload by ${reloadSignal}`] }
  }
  const who = lost.map(({ slot }) => `#${slot}`).join(', ')
  throw new TroupeError('E_FAILED', `reload of ${name}: ${who} did not survive ${reloadSignal}`, {
    hint: `see: troupe why ${name}`,
  })
}
