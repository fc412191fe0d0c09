/*
 * A manager in a process of its own, to be killed: starts what it is told to and says so, line by line.
 *
 *   node --import jiti/register launcher.ts '{"home": …, "managerId": …, "orders": […]}'
 */
import { systemClock } from '../../../src/base/clock.ts'
import { forkHost } from '../../../src/process/fork-host.ts'
import { type LaunchOrder } from '../../../src/process/host.ts'

const task: { home: string; managerId: string; orders: LaunchOrder[] } = JSON.parse(
  process.argv[2] ?? '',
)
const host = await forkHost({ ...task, clock: systemClock })
for (const order of task.orders) {
  const prepared = await host.prepare(order)
  await prepared.spawn({
    started: (main) => process.stdout.write(`${order.launchId} started ${main.pid}\n`),
    exited: () => process.stdout.write(`${order.launchId} exited\n`),
  })
}
