import type { EventOf, Effect, Memory, Moment, Outcome } from './instance-machine.ts'
import type { Millis } from '../base/clock.ts'
import { againWith, atRest, downWith, endMsOf, launch, retired, upWith } from './instance-moves.ts'
import { noFailures } from './restart-policy.ts'

// What becomes of an instance when somebody wants something of it.

/** The wish is noted, and nothing else has to be done for it in this state. */
export function wantUp(_: unknown, memory: Memory): Outcome {
  return { memory: upWith(memory) }
}

/** Somebody asked for what waits among the automatic starts: it waits for its turn no longer. */
export function hurry(event: EventOf<'start' | 'restart'>, memory: Memory): Outcome {
  const isAutomatic = event.kind === 'start' && event.isAutomatic
  const wanted: Outcome = { memory: upWith(memory) }
  return isAutomatic ? wanted : { ...wanted, effects: [{ do: 'askGate', isAutomatic: false }] }
}

/** What somebody stopped is not the group's to give up. */
export function condemn({ why }: EventOf<'giveUp'>, memory: Memory): Outcome {
  return memory.wanted === 'down' ? {} : { memory: { ...memory, givenUp: why } }
}

/** The wish is noted, and nothing else has to be done for it: no process is there to stay. */
export function wantDown(event: EventOf<'stop'>, memory: Memory): Outcome {
  return { memory: downWith(event, memory) }
}

/** Notes that it is to come up once more as soon as it is down. */
export function wantAgain(event: EventOf<'start' | 'restart'>, memory: Memory): Outcome {
  return { memory: againWith(event, memory) }
}

/** Whoever is in more of a hurry than those who asked before gets their way. */
export function hasten(
  { graceMs }: { readonly graceMs?: Millis },
  memory: Memory,
  { now }: Moment,
): Outcome {
  if (memory.isEnded === true) return { memory }
  const ms = graceMs ?? endMsOf(memory)
  const killAt = now + ms
  if (killAt >= (memory.killAt ?? now)) return { memory }
  return { memory: { ...memory, killAt }, effects: [{ do: 'arm', timer: 'killDue', ms }] }
}

/** A start that a person or a program asked for forgets earlier failures; one at boot does not. */
export function begin(event: EventOf<'start' | 'restart'>, memory: Memory): Outcome {
  const isAutomatic = event.kind === 'start' && event.isAutomatic
  const failures = isAutomatic ? memory.failures : noFailures
  const outcome = launch({ ...upWith(memory), failures }, isAutomatic)
  return {
    ...outcome,
    effects: [
      { do: 'disarm', timer: 'backoffDue' },
      { do: 'announce', type: 'instance.requested', data: { restart: event.kind === 'restart' } },
      ...(outcome.effects ?? []),
    ],
  }
}

/** Stops what has no process: nothing has to be waited for. */
export function rest(event: EventOf<'stop'>, memory: Memory): Outcome {
  return withFirst({ do: 'disarm', timer: 'backoffDue' }, atRest(downWith(event, memory)))
}

/** Puts an effect before all others of the outcome. */
export function withFirst(effect: Effect, outcome: Outcome): Outcome {
  return { ...outcome, effects: [effect, ...(outcome.effects ?? [])] }
}

/** It will end as soon as it can be told to. */
export function retireLater(_: unknown, memory: Memory): Outcome {
  return { memory: retired(memory) }
}

/** Failures and restarts count from 0 again; the process is not touched. */
export function forgive(_: unknown, memory: Memory): Outcome {
  return { memory: { ...memory, failures: noFailures, restarts: 0 } }
}
