import { expect, test } from 'vitest'
import { nextTime } from '../../../src/declaration/cron.ts'
import { judgeWake, nextDue } from '../../../src/supervisor/triggers/cron-wake.ts'

/** The next so many times, each asked for after the one before. */
function times(cron: string, timezone: string, after: string, count: number): readonly string[] {
  const found: string[] = []
  let at: Date | undefined = new Date(after)
  while (found.length < count && (at = nextTime({ cron, timezone }, at)) !== undefined) {
    found.push(at.toISOString().slice(5, 16))
  }
  return found
}

// In Berlin the clock goes from 02:00 to 03:00 on March 29, and from 03:00 to 02:00 on October 25, both at 01:00 UTC.
// prettier-ignore
const days: [string, string, string, string, string[]][] = [
  // what,                                             pattern,             zone,               after (UTC),         then (UTC)
  ['a time that does not exist is an hour later',      '30 2 * * *',        'Europe/Berlin',    '2026-03-28T02:00Z', ['03-29T01:30', '03-30T00:30']],
  ['the end of a gap is not its beginning again',      '0 2,3 * * *',       'Europe/Berlin',    '2026-03-28T22:00Z', ['03-29T01:00', '03-30T00:00', '03-30T01:00']],
  ['what fires all the time goes on through a gap',    '*/30 * * * *',      'Europe/Berlin',    '2026-03-29T00:00Z', ['03-29T00:30', '03-29T01:00', '03-29T01:30']],
  ['a time that exists twice is the first',            '30 2 * * *',        'Europe/Berlin',    '2026-10-24T12:00Z', ['10-25T00:30', '10-26T01:30']],
  ['the second is not taken for a new one',            '30 2 * * *',        'Europe/Berlin',    '2026-10-25T00:45Z', ['10-26T01:30']],
  ['what fires all the time goes on through both',     '*/30 * * * *',      'Europe/Berlin',    '2026-10-25T00:00Z', ['10-25T00:30', '10-25T01:00', '10-25T01:30', '10-25T02:00']],
  ['every other hour is none twice',                   '0 */2 * * *',       'Europe/Berlin',    '2026-10-24T23:00Z', ['10-25T00:00', '10-25T03:00']],
  ['another country has other days',                   '30 2 * * *',        'America/New_York', '2026-03-07T12:00Z', ['03-08T07:30', '03-09T06:30']],
  ['a midnight that does not exist is one o\'clock',   '0 0 * * *',         'America/Santiago', '2026-09-05T12:00Z', ['09-06T04:00', '09-07T03:00']],
  ['a zone without summer time',                       '0 4 * * *',         'Asia/Kolkata',     '2026-03-28T23:00Z', ['03-29T22:30', '03-30T22:30']],
  ['seconds come first where there are six fields',    '0 30 2 * * *',      'UTC',              '2026-01-01T00:00Z', ['01-01T02:30', '01-02T02:30']],
  ['February 29 waits for its year',                   '0 0 29 2 *',        'UTC',              '2026-01-01T00:00Z', ['02-29T00:00']],
]

test.each(days)('%s', (...[, cron, timezone, after, expected]) => {
  expect(times(cron, timezone, after, expected.length)).toEqual(expected)
})

const daily = { cron: '0 3 * * *', timezone: 'UTC' }
const minutely = { cron: '* * * * *', timezone: 'UTC' }
const hour = 3_600_000
const dueAt = Date.parse('2026-06-01T03:00Z')

// prettier-ignore
const settings: [string, typeof daily, string, number, string][] = [
  // what,                                               times,    the wall says now,    since,     next
  ['a clock that goes right',                            daily,    '2026-06-01T03:05Z',  hour / 12, '2026-06-02T03:00'],
  ['one set back over the last firing',                  daily,    '2026-06-01T02:05Z',  hour / 12, '2026-06-02T03:00'],
  ['one set back by a day, just after',                  daily,    '2026-05-31T02:00Z',  hour,      '2026-06-01T03:00'],
  ['one set back by a day, long after',                  daily,    '2026-05-31T02:00Z',  20 * hour, '2026-05-31T03:00'],
  ['one set back while it fires every minute',           minutely, '2026-06-01T02:00Z',  60_000,    '2026-06-01T02:01'],
  ['one set back a moment after such a firing',          minutely, '2026-06-01T02:59:59Z', 10,      '2026-06-01T03:01'],
]

test.each(settings)('%s fires next when it should', (...[, pattern, wall, passed, expected]) => {
  const now = { wall: Date.parse(wall), steady: 50 * hour }

  const next = nextDue(pattern, now, { dueAt, firedAt: 50 * hour - passed })

  expect(new Date(next ?? 0).toISOString().slice(0, 16)).toBe(expected)
})

// prettier-ignore
const wakes: [string, number, string][] = [
  ['too early',                           -1,           'sleep'],
  ['in time',                             0,            'fire'],
  ['after a short sleep of the machine',  hour,         'fire'],
  ['after three hours',                   3 * hour,     'fire'],
  ['after a night',                       3 * hour + 1, 'pass'],
]

test.each(wakes)('woken %s', (_, lateMs, expected) => {
  expect(judgeWake(dueAt, dueAt + lateMs)).toBe(expected)
})
