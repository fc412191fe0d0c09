import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { JobRun } from '../../../src/protocol/views.ts'
import { eventually } from '../../support/eventually.ts'
import { startManager, type TestTroupe } from '../../support/troupe.ts'

const everySecond = '* * * * * *'
const never = '0 0 29 2 *'

async function job(troupe: TestTroupe, script: string, fields: Readonly<Record<string, unknown>>) {
  const path = join(troupe.home.dir, 'job.cjs')
  await writeFile(path, script)
  await troupe.declare({ apps: [{ name: 'job', script: path, ...fields }] })
}

async function runsOf(troupe: TestTroupe): Promise<readonly JobRun[]> {
  const [service] = await troupe.client.describe('job')
  return service?.runs ?? []
}

const until = (troupe: TestTroupe, what: string, isSo: (runs: readonly JobRun[]) => boolean) =>
  eventually(what, async () => {
    const runs = await runsOf(troupe)
    return isSo(runs) ? runs : undefined
  })

test('a job runs at its times, and never when it is declared', async () => {
  const troupe = await startManager()

  await job(troupe, 'process.exitCode = 3', { schedule: { cron: everySecond, keep: 2 } })
  expect(troupe.events('instance.spawned')).toEqual([])
  const runs = await until(troupe, 'it has run twice', ([, second]) => second?.outcome === 'failed')

  expect(runs[1]).toMatchObject({ exit: { code: 3 }, why: `schedule \`${everySecond}\`` })
  const [service] = await troupe.client.describe('job')
  expect(service?.nextRunAt).toBeGreaterThan(runs[0]?.startedAt ?? 0)
  await until(troupe, 'a third is there', ([first]) => first?.startedAt !== runs[0]?.startedAt)
  expect((await runsOf(troupe)).length).toBeLessThanOrEqual(3)
})

test('a job that is stopped runs no more; one that is started runs at once', async () => {
  const troupe = await startManager()
  await job(troupe, '', { schedule: never })
  expect(await runsOf(troupe)).toEqual([])

  await troupe.client.start('job')
  const [run] = await until(troupe, 'it has run', ([first]) => first?.outcome === 'succeeded')
  expect(run?.why).toMatch(/^asked/)
  await troupe.client.stop('job')

  const [service] = await troupe.client.describe('job')
  expect(service).toMatchObject({ desired: 'down' })
})

test('a run that takes too long is ended, and said to have been', async () => {
  const troupe = await startManager()
  await job(troupe, 'setInterval(() => {}, 1000)', { schedule: { cron: never, timeout: 300 } })

  await troupe.client.start('job')

  const [run] = await until(troupe, 'it is ended', ([first]) => first?.outcome === 'timed-out')
  expect(run?.exit).toEqual({ signal: 'SIGINT' })
})

test('a run goes on while its manager dies, and its end is known to the next', async () => {
  const troupe = await startManager()
  const go = join(troupe.home.dir, 'go')
  const script = `setInterval(() => require('fs').existsSync('${go}') && process.exit(4), 20)`
  await job(troupe, script, { schedule: never })
  await troupe.client.start('job')
  const pid = await troupe.pidOf('job')

  await troupe.killManager()
  await troupe.reconnect()
  expect(await troupe.pidOf('job')).toBe(pid)
  await writeFile(go, '')

  await until(troupe, 'its end is known', ([first]) => first?.exit !== undefined)
  expect(await runsOf(troupe)).toMatchObject([{ outcome: 'failed', exit: { code: 4 } }])
  expect(troupe.events('instance.spawned')).toHaveLength(1)
})
