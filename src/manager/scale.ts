import type { Board } from '../supervisor/instance-ports.ts'
import type { ActOptions, Supervision } from '../supervisor/supervision.ts'
import { type Acted, allOf, nothing } from './acted.ts'
import { slotsOf } from './desired-slots.ts'
import { resize } from './desired-state.ts'
import type { DesiredStore } from './desired-store.ts'

interface Ports {
  readonly store: DesiredStore
  readonly supervision: Supervision
  readonly board: Board
}

/** Gives each of these services `4` instances, or `+2` or `-1` beside those it has; at least one stays. */
export async function scale(
  names: readonly string[],
  to: string,
  asker: Pick<ActOptions, 'by' | 'cause'>,
  ports: Ports,
): Promise<Acted> {
  const { store } = ports
  store.update((state) =>
    names.reduce((sum, name) => {
      const known = sum.services.find(({ spec }) => spec.name === name)
      return known === undefined ? sum : resize(sum, name, countOf(to, known.slots.length))
    }, state),
  )
  return allOf(await Promise.allSettled(names.map((name) => follow(name, asker, ports))))
}

function countOf(to: string, now: number): number {
  return Math.max(1, /^[+-]/.test(to) ? now + Number(to) : Number(to))
}

async function follow(
  name: string,
  asker: Pick<ActOptions, 'by' | 'cause'>,
  { store, supervision, board }: Ports,
): Promise<Acted> {
  const service = store.state.services.find(({ spec }) => spec.name === name)
  if (service === undefined) return nothing
  const had = new Set(board.of(name).map(({ slot }) => slot))
  await supervision.redeclare(slotsOf(store.state, service))
  const added = service.slots.filter(({ slot, wanted }) => wanted === 'up' && !had.has(slot))
  if (added.length > 0) {
    await supervision.act(name, 'start', { ...asker, slots: added.map(({ slot }) => slot) })
  }
  const kept = new Set(service.slots.map(({ slot }) => slot))
  return { instances: board.of(name).filter(({ slot }) => kept.has(slot)) }
}
