/*
 * A manager in a process of its own, to be killed: takes over what it finds, starts what it is told to, and writes
 * down everything it hears before it does anything else.
 *
 *   node --import jiti/register diarist.ts '{"home": …, "managerId": …, "orders": […], "diary": …}'
 */
import { appendFileSync } from 'node:fs'
import { systemClock } from '../../../src/base/clock.ts'
import { forkHost } from '../../../src/process/fork-host.ts'
import { type LaunchOrder, type ProcessEvents } from '../../../src/process/host.ts'

const task: { home: string; managerId: string; orders: LaunchOrder[]; diary: string } = JSON.parse(
  process.argv[2] ?? '',
)
const note = (launchId: string, kind: string, what: unknown): void => {
  appendFileSync(task.diary, `${JSON.stringify({ launchId, kind, what })}\n`)
}
const writing = (launchId: string): ProcessEvents => ({
  started: (main) => note(launchId, 'started', main.pid),
  said: (word) => note(launchId, 'said', word),
  exited: (exit) => note(launchId, 'exited', exit),
})
const host = await forkHost({ ...task, clock: systemClock })
for (const found of await host.survey()) {
  if (found.kind === 'alive') host.adopt(found, writing(found.record.launchId))
  else if (found.kind !== 'orphan') await host.settle(found.record)
  note(found.kind === 'orphan' ? '' : found.record.launchId, 'found', found.kind)
}
for (const order of task.orders) {
  const prepared = await host.prepare(order)
  await prepared.spawn(writing(order.launchId))
}
note('', 'set up', task.orders.length)
