import type { Cancel } from '../base/clock.ts'
import type { PreparedLaunch } from '../process/host.ts'
import { tooSlow } from './failed-start.ts'
import type { HookRunner } from './hook-runner.ts'
import type { SupervisorPorts } from './instance-ports.ts'
import { launchOrder } from './launch-order.ts'
import type { SeatedSlot } from './seat.ts'

/**
 * A disk that does not answer must not hold a service, and whoever wants to stop it, for ever. It is not tried
 * again by itself: each question to such a disk costs one of the four threads that ask.
 */
const prepareMs = 15_000

interface Preparation {
  readonly slot: SeatedSlot
  readonly launch: number
  readonly ports: Pick<SupervisorPorts, 'host' | 'clock' | 'around'>
  readonly hooks: Pick<HookRunner, 'beforeStart'>
}

interface PreparationEvents {
  readonly prepared: (prepared: PreparedLaunch) => void
  readonly failed: (thrown: unknown) => void
  /** Nobody will use it. */
  readonly unused: (prepared: PreparedLaunch) => void
}

/**
 * Gets everything ready for a process, its `pre_start` at last; one of `prepared` and `failed` is called once, until
 * the returned function says that nobody waits for it any more.
 */
export function prepareLaunch(
  { slot, launch, ports, hooks }: Preparation,
  { prepared, failed, unused }: PreparationEvents,
): Cancel {
  const { host, clock, around } = ports
  let isTooLate = false
  const cancel = clock.after(prepareMs, () => {
    isTooLate = true
    failed(tooSlow(prepareMs))
  })
  const stop = (): void => {
    cancel()
    isTooLate = true
  }
  const goOn = (ready: PreparedLaunch): void => {
    cancel()
    if (isTooLate) return unused(ready)
    const hook = hooks.beforeStart(slot, launch, ready.record)
    if (hook === undefined) return prepared(ready)
    hook.then(
      () => (isTooLate ? unused(ready) : prepared(ready)),
      (thrown: unknown) => {
        unused(ready)
        if (!isTooLate) failed(thrown)
      },
    )
  }
  host.prepare(launchOrder(slot, launch, around)).then(goOn, (thrown: unknown) => {
    cancel()
    if (!isTooLate) failed(thrown)
  })
  return stop
}
