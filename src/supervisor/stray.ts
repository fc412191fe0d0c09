import { unkillable } from './failed-start.ts'
import type { HeldProcess, SupervisorPorts } from './instance-ports.ts'

/**
 * Ends a process that a failed incarnation of an actor was still spawning: never beside a second one.
 *
 * @throws TroupeError `E_SPAWN` when it cannot be ended
 */
export async function withoutStray(
  stray: HeldProcess | undefined,
  { host }: Pick<SupervisorPorts, 'host'>,
  drop: () => void,
): Promise<void> {
  if (stray === undefined) return
  const { record } = stray.process
  await stray.process.kill()
  const survivors = await host.sweep(record.cookie)
  if (survivors.length > 0) throw unkillable(survivors)
  stray.process.release()
  drop()
  await host.settle(record)
}
