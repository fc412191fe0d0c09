import type { Cancel } from '../base/clock.ts'
import { awaitDependencies } from './dependencies.ts'
import type { Event } from './instance-machine.ts'
import type { SupervisorPorts } from './instance-ports.ts'
import type { Slot } from './launch-order.ts'

/** Asks to be let through to a launch: first what the service waits for, then its turn among those that start. */
export function askToStart(
  { spec: { dependsOn } }: Slot,
  isAutomatic: boolean,
  { gate, board }: Pick<SupervisorPorts, 'gate' | 'board'>,
  hear: (event: Event) => void,
): Cancel {
  let leave: Cancel = () => {}
  const ask = (): void => {
    leave = gate.ask(isAutomatic, () => hear({ kind: 'gateOpen' }))
  }
  if (dependsOn === undefined) ask()
  else {
    leave = awaitDependencies(dependsOn, board, {
      met: ask,
      unmet: (unmet) => hear({ kind: 'blocked', ...unmet }),
    })
  }
  return () => leave()
}
