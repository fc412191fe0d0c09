import { expect, test } from 'vitest'
import type { Schedule } from '../../../src/declaration/triggers.ts'
import { judgeFiring, judgeMissed } from '../../../src/supervisor/triggers/job.ts'
import { Triggers } from '../../../src/supervisor/triggers/triggers.ts'
import { FakeSite } from './given.ts'

const schedule: Schedule = {
  cron: '0 * * * *',
  timezone: 'UTC',
  overlap: 'skip',
  missed: 'skip',
  keep: 20,
}
const hour = 3_600_000
const at = (time: string): number => Date.parse(`2026-06-01T${time}Z`)

// prettier-ignore
const firings: [Schedule['overlap'], boolean, string][] = [
  ['skip',    false, 'run'],
  ['skip',    true,  'skip'],
  ['queue',   false, 'run'],
  ['queue',   true,  'queue'],
  ['replace', false, 'run'],
  ['replace', true,  'replace'],
]

test.each(firings)('overlap %s, the run before goes on: %s', (overlap, isRunning, kind) => {
  expect(judgeFiring({ ...schedule, overlap }, isRunning).kind).toBe(kind)
})

// prettier-ignore
const downtimes: [string, string, string, string, string][] = [
  // what,                            last,    now,     made up for, words
  ['a time passed a moment ago',      '03:00', '04:00', '04:00',     'one time passed'],
  ['one time passed',                 '03:00', '04:10', '04:00',     'one time passed'],
  ['three times passed',              '03:00', '06:59', '06:00',     '3 times passed'],
]

test.each(downtimes)(
  '%s: it is run once, or left out, as declared',
  (...[, last, now, due, words]) => {
    const found = { dueAt: at(due), why: expect.stringContaining(words) }

    const run = judgeMissed({ ...schedule, missed: 'run_once' }, at(last), at(now))
    const skip = judgeMissed(schedule, at(last), at(now))

    expect(run).toMatchObject({ kind: 'run', ...found })
    expect(skip).toMatchObject({ kind: 'skip', ...found })
  },
)

test('a downtime between two times misses nothing', () => {
  const missed = judgeMissed({ ...schedule, missed: 'run_once' }, at('03:00'), at('03:59'))

  expect(missed).toEqual({ kind: 'none' })
})

test('years of seconds are not counted one by one', () => {
  const missed = judgeMissed({ ...schedule, cron: '* * * * * *' }, 0, at('00:00'))

  expect(missed).toMatchObject({
    dueAt: at('00:00'),
    why: expect.stringContaining('100 or more times passed'),
  })
})

interface Given {
  readonly app?: Readonly<Record<string, unknown>>
  readonly last?: number
  readonly isRunning?: boolean
}

/** A job at each full hour, on a manager that begins at half past three. */
async function job({ app = {}, last, isRunning = false }: Given = {}) {
  const site = new FakeSite('2026-06-01T03:30:00Z')
  if (last !== undefined) site.last.set('x1', last)
  if (isRunning) site.live = [{ slot: 0, pid: 7 }]
  const triggers = new Triggers(site.ports)
  const said = { schedule: { cron: '0 * * * *', timezone: 'UTC', ...app } }
  await triggers.set(site.service(said))
  return { site, triggers }
}

test('a job runs at its times, and the time that it was due is kept', async () => {
  const { site } = await job()

  site.clock.advance(hour / 2)

  expect(site.actions).toEqual([
    {
      service: 'api',
      op: 'run',
      why: 'schedule `0 * * * *` (UTC)',
      by: 'schedule',
      dueAt: at('04:00'),
    },
  ])
  expect(site.last.get('x1')).toBe(at('04:00'))
})

test('a job that is stopped does not run, and has missed nothing by it', async () => {
  const { site } = await job()

  site.isUp = false
  site.clock.advance(hour)

  expect(site.actions).toEqual([])
  expect(site.last.get('x1')).toBe(at('04:00'))
})

test('overlap skip: a time that comes during a run is told and left out', async () => {
  const { site } = await job()

  site.clock.advance(2 * hour)

  expect(site.actions).toHaveLength(1)
  expect(site.notes[0]?.text).toBe(
    'the run of 2026-06-01T05:00:00.000Z is left out: schedule `0 * * * *` (UTC): the run before still goes on',
  )
})

test('overlap queue: however many times come during a run, one more follows it', async () => {
  const { site } = await job({ app: { overlap: 'queue' } })

  site.clock.advance(4 * hour)
  expect(site.actions).toHaveLength(1)

  await site.finish()
  expect(site.actions.map(({ dueAt }) => dueAt)).toEqual([at('04:00'), at('07:00')])

  await site.finish()
  expect(site.actions).toHaveLength(2)
})

test('overlap queue: a run that a former manager began is waited for as well', async () => {
  const { site, triggers } = await job({ app: { overlap: 'queue' }, isRunning: true })

  site.clock.advance(hour)
  triggers.ended('x1')
  expect(site.actions).toEqual([])

  site.live = []
  triggers.ended('x1')
  expect(site.actions).toMatchObject([{ op: 'run', dueAt: at('04:00') }])
})

test('overlap queue: a job that is stopped during a run does not run again', async () => {
  const { site } = await job({ app: { overlap: 'queue' } })

  site.clock.advance(2 * hour)
  site.isUp = false
  await site.finish()

  expect(site.actions).toHaveLength(1)
})

test('overlap replace: a time that comes during a run ends it and begins a new one', async () => {
  const { site } = await job({ app: { overlap: 'replace' } })

  site.clock.advance(2 * hour)

  expect(site.actions).toMatchObject([
    { op: 'run', dueAt: at('04:00') },
    { op: 'restart', dueAt: at('05:00') },
  ])
})

// prettier-ignore
const boots: [string, Given, number][] = [
  ['a job that is new missed nothing',                     { app: { missed: 'run_once' } },                    0],
  ['missed run_once runs once for all that passed',        { app: { missed: 'run_once' }, last: at('00:00') }, 1],
  ['missed skip does not',                                 { last: at('00:00') },                              0],
  ['a run that goes on is not doubled for missed ones',    { app: { missed: 'run_once' }, last: at('00:00'), isRunning: true }, 0],
]

test.each(boots)('after a downtime %s', async (_, given, runs) => {
  const { site } = await job(given)

  expect(site.actions).toHaveLength(runs)
  expect(site.last.get('x1')).toBe(given.last === undefined ? at('03:30') : at('03:00'))
})

test('a pattern that is declared anew has missed nothing', async () => {
  const { site, triggers } = await job({ app: { missed: 'run_once' } })

  site.clock.advance(hour / 3)
  await triggers.set(
    site.service({ schedule: { cron: '* * * * *', timezone: 'UTC', missed: 'run_once' } }),
  )

  expect(site.actions).toEqual([])
})
