import type { ReloadEffect, ReloadMemory, ReloadMove, ReloadTable } from './reload-machine.ts'

/**
 * How a service is replaced: the old copy stays until the new one has proven itself. Every cell is filled: adding
 * a phase or an event does not compile until each pair is decided.
 */
export const table: ReloadTable = {
  idle: {
    begin: (_, memory) => next(memory),
    ready: ignore,
    failed: ignore,
    'half-proven': ignore,
    proven: ignore,
    gone: ignore,
    relapsed: ignore,
    halt: ({ why }, memory) => finish({ ...memory, why, isHalted: true }),
  },
  starting: {
    begin: ignore,
    ready: (_, memory) => (isFirst(memory) ? prove(memory) : promote(memory)),
    failed: ({ why }, memory) => discard({ ...memory, why }),
    'half-proven': ignore,
    proven: ignore,
    gone: ignore,
    relapsed: ({ why }, memory) => discard({ ...memory, why }),
    halt: ({ why }, memory) => discard({ ...memory, why, isHalted: true }),
  },
  proving: {
    begin: ignore,
    ready: ignore,
    failed: ({ why }, memory) => discard({ ...memory, why }, [{ do: 'stopProving' }]),
    'half-proven': (_, memory) => ({ effects: [{ do: 'trust', slot: current(memory) }] }),
    proven: (_, memory) => promote(memory),
    gone: ignore,
    relapsed: ignore,
    halt: ({ why }, memory) => discard({ ...memory, why, isHalted: true }, [{ do: 'stopProving' }]),
  },
  retiring: {
    begin: ignore,
    ready: ignore,
    // The successor owns the slot already: its failure is a relapse.
    failed: (event, memory) => relapse(event.why, memory),
    'half-proven': ignore,
    proven: ignore,
    gone: ({ forced }, memory) => replacedCurrent(memory, forced),
    relapsed: (event, memory) => relapse(event.why, memory),
    halt: ({ why }, memory) => ({ memory: { ...memory, why, isHalted: true } }),
  },
  discarding: {
    begin: ignore,
    ready: ignore,
    failed: ignore,
    'half-proven': ignore,
    proven: ignore,
    gone: (_, memory) => afterDiscard(memory),
    relapsed: ignore,
    halt: ({ why }, memory) => ({ memory: { ...memory, why, isHalted: true } }),
  },
  over: {
    begin: ignore,
    ready: ignore,
    failed: ignore,
    'half-proven': ignore,
    proven: ignore,
    gone: ignore,
    relapsed: ignore,
    halt: ignore,
  },
}

function ignore(): ReloadMove {
  return {}
}

/** Only the first successor of a new revision has anything to prove. */
function isFirst({ replaced, direction }: ReloadMemory): boolean {
  return direction === 'forward' && replaced.length === 0
}

/** Goes on with the next slot, or ends. */
function next(memory: ReloadMemory): ReloadMove {
  const [slot] = memory.pending
  const hasTrouble = memory.why !== undefined && memory.direction === 'forward'
  if (slot === undefined || hasTrouble) return finish(memory)
  const revision = memory.direction === 'forward' ? 'new' : 'old'
  return { phase: 'starting', memory, effects: [{ do: 'begin', slot, revision }] }
}

function prove(memory: ReloadMemory): ReloadMove {
  return { phase: 'proving', effects: [{ do: 'prove', ms: memory.proveMs }] }
}

function promote(memory: ReloadMemory): ReloadMove {
  return { phase: 'retiring', effects: [{ do: 'promote', slot: current(memory) }] }
}

function discard(memory: ReloadMemory, before: readonly ReloadEffect[] = []): ReloadMove {
  const effects: readonly ReloadEffect[] = [...before, { do: 'discard', slot: current(memory) }]
  return { phase: 'discarding', memory, effects }
}

/** A copy of the new revision fails after it was trusted: no further slot gets it. */
function relapse(why: string, memory: ReloadMemory): ReloadMove {
  return { memory: { ...memory, why: memory.why ?? why } }
}

function replacedCurrent(memory: ReloadMemory, forced: number): ReloadMove {
  const [slot, ...pending] = memory.pending
  if (slot === undefined) return finish(memory)
  const after = {
    ...memory,
    pending,
    replaced: [...memory.replaced, slot],
    forced: memory.forced + forced,
  }
  const total = after.replaced.length + pending.length
  const step: ReloadEffect = { do: 'step', slot, replaced: after.replaced.length, total }
  const move = hasRelapsed(after) ? turnBack(after) : next(after)
  return { ...move, effects: [step, ...(move.effects ?? [])] }
}

function hasRelapsed({ why, isHalted, direction }: ReloadMemory): boolean {
  return why !== undefined && isHalted !== true && direction === 'forward'
}

/** After the failed successor is gone: what was replaced before it goes back too, where that means anything. */
function afterDiscard(memory: ReloadMemory): ReloadMove {
  return memory.isHalted === true || memory.direction === 'back' ? finish(memory) : turnBack(memory)
}

function turnBack(memory: ReloadMemory): ReloadMove {
  const { replaced, canGoBack } = memory
  if (!canGoBack || replaced.length === 0) return finish(memory)
  return next({ ...memory, direction: 'back', pending: replaced, replaced: [] })
}

function finish(memory: ReloadMemory): ReloadMove {
  const { replaced, forced, why, isHalted, direction, pending } = memory
  const count = direction === 'forward' ? replaced.length : 0
  if (why === undefined) return over(memory, { kind: 'completed', replaced: count, forced })
  if (isHalted === true) return over(memory, { kind: 'halted', why, replaced: count })
  const left = direction === 'forward' ? replaced : pending
  return over(memory, { kind: 'rolled-back', why, left })
}

function over(
  memory: ReloadMemory,
  outcome: Extract<ReloadEffect, { do: 'finish' }>['outcome'],
): ReloadMove {
  return { phase: 'over', memory, effects: [{ do: 'finish', outcome }] }
}

function current({ pending: [slot = 0] }: ReloadMemory): number {
  return slot
}
