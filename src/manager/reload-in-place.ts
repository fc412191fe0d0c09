import { TroupeError } from '../base/errors.ts'
import type { ServiceSpec } from '../declaration/service.ts'
import type { Board } from '../supervisor/instance-ports.ts'
import type { ActOptions, Supervision } from '../supervisor/supervision.ts'
import type { Acted } from './acted.ts'
import type { DesiredService } from './desired-state.ts'
import { needsRestart } from './imprint.ts'

interface InPlacePorts {
  readonly supervision: Pick<Supervision, 'act' | 'tellToReload'>
  readonly board: Pick<Board, 'of'>
}

/** The slots for which a signal is enough: what they run is what is declared now. None where there is no signal. */
export function toldBySignal(
  before: DesiredService,
  after: DesiredService,
  { board }: Pick<InPlacePorts, 'board'>,
): readonly number[] {
  const { name, reloadSignal } = after.spec
  return reloadSignal === undefined || needsRestart(before, after) ? [] : onlineOf(name, board)
}

/**
 * Reloads a service that cannot run twice and is what it was declared to be: by its `reload_signal`, or else by a
 * restart. What has no process to be told is restarted too.
 *
 * @throws TroupeError `E_FAILED` when a process that was told ended, or was not ready again
 */
export async function reloadInPlace(
  { name, reloadSignal: signal }: ServiceSpec,
  { note, ...options }: ActOptions & { readonly note: string },
  { supervision, board }: InPlacePorts,
): Promise<Acted> {
  const { slots: asked, graceMs: _, ...asker } = options
  const isMeant = (slot: number): boolean => asked?.includes(slot) ?? true
  const told = signal === undefined ? [] : onlineOf(name, board).filter(isMeant)
  if (signal === undefined || told.length === 0) {
    const instances = await supervision.act(name, 'restart', { why: 'reload', ...options })
    return { instances, notes: [note] }
  }
  const outcome = await supervision.tellToReload(name, { ...asker, signal, slots: told })
  if (outcome.kind !== 'completed') {
    const what = outcome.kind === 'halted' ? 'was halted' : 'failed'
    throw new TroupeError('E_FAILED', `reload of ${name} ${what}: ${outcome.why}`, {
      hint: `see: troupe why ${name}, troupe logs ${name} --err`,
    })
  }
  const lying = board
    .of(name)
    .filter(
      ({ slot, state, desired }) =>
        isMeant(slot) && !told.includes(slot) && desired === 'up' && state !== 'stopped',
    )
    .map(({ slot }) => slot)
  if (lying.length > 0) {
    await supervision.act(name, 'restart', { why: 'reload', ...options, slots: lying })
  }
  return { instances: board.of(name), notes: [`${name} was told to reload by ${signal}`] }
}

function onlineOf(name: string, board: InPlacePorts['board']): readonly number[] {
  const online = board.of(name).filter(({ state }) => state === 'online')
  return online.map(({ slot }) => slot)
}
