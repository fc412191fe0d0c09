import { expect, test } from 'vitest'
import { Triggers } from '../../../src/supervisor/triggers/triggers.ts'
import { FakeSite, settled } from './given.ts'

const daily = { cron_restart: '0 3 * * *', cron_timezone: 'Europe/Berlin' }
const hour = 3_600_000

async function armed(app: Readonly<Record<string, unknown>>, start?: string) {
  const site = new FakeSite(start)
  const triggers = new Triggers(site.ports)
  await triggers.set(site.service(app))
  return { site, triggers }
}

test('a service is restarted at its times, and not when it is declared', async () => {
  const { site } = await armed(daily, '2026-06-01T01:00:00Z')

  site.clock.advance(0)
  expect(site.actions).toEqual([])

  site.clock.advance(24 * hour - 1)
  expect(site.actions).toEqual([])

  site.clock.advance(1)
  expect(site.actions).toEqual([
    { service: 'api', op: 'restart', why: 'cron `0 3 * * *` (Europe/Berlin)', by: 'cron' },
  ])
})

test('over a month it fires once a day', async () => {
  const { site } = await armed(daily, '2026-10-10T00:00:00Z')

  for (let day = 0; day < 31; day++) {
    site.clock.advance(24 * hour)
    await site.finish()
  }

  expect(site.actions).toHaveLength(31)
})

test('what was stopped stays stopped, and is restarted again once it was started', async () => {
  const { site } = await armed(daily)

  site.isUp = false
  site.clock.advance(24 * hour)
  await settled()
  expect(site.actions).toEqual([])

  site.isUp = true
  site.clock.advance(24 * hour)
  expect(site.actions).toHaveLength(1)
})

test('what was stopped is started where that was asked for', async () => {
  const { site } = await armed({ ...daily, cron_starts_stopped: true })

  site.isUp = false
  site.clock.advance(24 * hour)

  expect(site.actions).toHaveLength(1)
})

test('times that come while a restart goes on make one more', async () => {
  const { site } = await armed({ cron: '* * * * *' })

  site.clock.advance(5 * 60_000)
  expect(site.actions).toHaveLength(1)

  await site.finish()
  expect(site.actions).toHaveLength(2)

  await site.finish()
  expect(site.actions).toHaveLength(2)
})

test('a clock that is set back does not make a day have two restarts', async () => {
  const { site } = await armed(daily, '2026-06-01T00:00:00Z')

  site.clock.advance(hour)
  await site.finish()
  site.clock.set('2026-06-01T00:00:00Z')
  site.clock.advance(2 * hour)

  expect(site.actions).toHaveLength(1)
})

test('a clock that is set forward over the time fires once, soon', async () => {
  const { site } = await armed(daily, '2026-06-01T00:00:00Z')

  site.clock.set('2026-06-01T01:30:00Z')
  site.clock.advance(60_000)
  await site.finish()
  site.clock.advance(hour)

  expect(site.actions).toHaveLength(1)
})

test('a clock that is set back before the first firing brings it nearer', async () => {
  const { site } = await armed(daily, '2026-06-01T05:00:00Z')

  site.clock.set('2026-06-01T00:30:00Z')
  site.clock.advance(hour)

  expect(site.actions).toHaveLength(1)
})

test('a machine that slept through the night does not restart in the morning, and says so', async () => {
  const { site } = await armed(daily, '2026-06-01T00:00:00Z')

  site.clock.set('2026-06-01T07:00:00Z')
  site.clock.advance(60_000)

  expect(site.actions).toEqual([])
  expect(site.notes).toEqual([
    {
      service: 'api',
      by: 'cron',
      tone: 'info',
      text: 'cron `0 3 * * *` (Europe/Berlin): the restart of 2026-06-01T01:00:00.000Z is left out, the machine slept or its clock was set',
    },
  ])
})

test('the same declaration again changes nothing, another one counts from now', async () => {
  const { site, triggers } = await armed(daily, '2026-06-01T00:00:00Z')

  await triggers.set(site.service(daily))
  expect(triggers.view('x1').cronAt).toBe(Date.parse('2026-06-01T01:00:00Z'))
  expect(site.clock.armed).toBe(1)

  await triggers.set(site.service({ ...daily, cron_timezone: 'UTC' }))
  expect(triggers.view('x1').cronAt).toBe(Date.parse('2026-06-01T03:00:00Z'))
  expect(site.clock.armed).toBe(1)
})

test('a service that is dropped leaves no timer behind', async () => {
  const { site, triggers } = await armed({ ...daily, schedule: '@daily', max_memory_restart: '1M' })
  expect(site.clock.armed).toBe(3)

  triggers.drop('x1')

  expect(site.clock.armed).toBe(0)
  expect(triggers.view('x1')).toEqual({ isWatched: false })
})
