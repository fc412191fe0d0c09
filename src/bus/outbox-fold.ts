import { type Entry, entryOf, type Summarise } from './outbox-event.ts'

/** What is left after folding, in the order of its numbers, and how many events are not told any more. */
export interface Folded {
  readonly entries: readonly Entry[]
  readonly lost: number
}

/**
 * Makes room: of each service one summary is left, which carries its latest state.
 *
 * The summary takes the number of the last event it stands for, so the numbers stay
 * ascending. Events of no service are dropped: they describe the host, whose present is
 * announced anew after every outage.
 */
export function fold(entries: readonly Entry[], summarise: Summarise): Folded {
  const summaries = new Map<string, Entry>()
  let lost = 0
  for (const entry of entries) {
    const { service } = entry.event
    if (entry.folded === 0) lost += 1
    if (service !== undefined) summaries.set(service, joined(summaries.get(service), entry))
  }
  const left = [...summaries.values()].map((entry) => asSummary(entry, summarise))
  const spared = left.filter(({ folded }) => folded === 0).length
  return {
    entries: left.toSorted((a, b) => a.event.seq - b.event.seq),
    lost: lost - spared,
  }
}

/** `later` with what `earlier` knew: its state, where `later` has none, and its count. */
function joined(earlier: Entry | undefined, later: Entry): Entry {
  if (!earlier) return later
  const state = later.event.state ?? earlier.event.state
  return {
    ...later,
    event: { ...later.event, ...(state ? { state } : {}) },
    folded: standsFor(earlier) + standsFor(later),
  }
}

function asSummary(entry: Entry, summarise: Summarise): Entry {
  if (entry.folded === 0) return entry
  const { event, folded } = entry
  return entryOf({ ...event, body: summarise(event, folded), say: '' }, folded)
}

function standsFor({ folded }: Entry): number {
  return Math.max(1, folded)
}
