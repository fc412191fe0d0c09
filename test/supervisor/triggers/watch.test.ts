import { expect, test } from 'vitest'
import { quietAfter } from '../../../src/supervisor/triggers/quiet.ts'
import { Triggers } from '../../../src/supervisor/triggers/triggers.ts'
import { FakeSite, settled } from './given.ts'

async function watched(app: Readonly<Record<string, unknown>> = {}) {
  const site = new FakeSite()
  const triggers = new Triggers(site.ports)
  await triggers.set(site.service({ watch: true, watch_delay: 200, ...app }))
  return { site, triggers }
}

test('a change restarts the service once its files are quiet', async () => {
  const { site } = await watched()

  site.root.changed('/srv/src/app.js')
  site.clock.advance(199)
  site.root.changed('/srv/src/app.js')
  site.clock.advance(199)
  expect(site.actions).toEqual([])

  site.clock.advance(1)
  expect(site.actions).toEqual([
    { service: 'api', op: 'restart', why: '`src/app.js` changed', by: 'watch' },
  ])
})

// prettier-ignore
const waits: [string, number, number, number][] = [
  // what,                                     delay,  since the first, wait
  ['the first change',                         200,    0,               200],
  ['a change among many',                      200,    1_500,           200],
  ['a file that is written without end',       200,    1_950,           50],
  ['one that was waited for long enough',      200,    2_500,           0],
  ['a long delay is waited for ten times',     1_000,  9_000,           1_000],
  ['no delay',                                 0,      0,               60],
]

test.each(waits)('%s waits as long as it should', (_, delayMs, sinceMs, expected) => {
  expect(quietAfter(delayMs, 5_000, 5_000 + sinceMs)).toBe(expected)
})

test('changes during a restart make one more, and name what changed', async () => {
  const { site } = await watched()
  site.root.changed('/srv/a.js')
  site.clock.advance(200)

  for (const file of ['b.js', 'c.js', 'b.js', 'd.js']) {
    site.root.changed(`/srv/${file}`)
    site.clock.advance(200)
  }
  expect(site.actions).toHaveLength(1)

  await site.finish()
  expect(site.actions[1]?.why).toBe('`b.js` and 2 other files changed')

  await site.finish()
  expect(site.actions).toHaveLength(2)
})

test('a stopped service is left alone, and watched again once it was started', async () => {
  const { site } = await watched()

  site.isUp = false
  site.root.changed('/srv/a.js')
  site.clock.advance(1_000)
  expect(site.actions).toEqual([])

  site.isUp = true
  site.root.changed('/srv/b.js')
  site.clock.advance(200)
  expect(site.actions).toMatchObject([{ why: '`b.js` changed' }])
})

test('a service that is stopped before its files are quiet is left alone', async () => {
  const { site } = await watched()

  site.root.changed('/srv/a.js')
  site.isUp = false
  site.clock.advance(200)
  await settled()

  expect(site.actions).toEqual([])
})

test('a storm is paused with one word about it, and the last change is not lost', async () => {
  const { site } = await watched()
  const change = async (file: string) => {
    site.root.changed(`/srv/${file}`)
    site.clock.advance(1_000)
    await site.finish()
  }

  for (let round = 0; round < 15; round++) await change('data.db')
  expect(site.actions).toHaveLength(10)
  expect(site.notes).toEqual([
    {
      service: 'api',
      by: 'watch',
      tone: 'warning',
      text: 'watch is paused for 30 s after 10 restarts by watch within 1 m; the last: `data.db` changed',
      next: 'put what the service itself writes into `ignore_watch`',
    },
  ])

  site.clock.advance(30_000)
  expect(site.actions).toHaveLength(11)
})

test('logs of other services do not count, whichever was declared first', async () => {
  const { site, triggers } = await watched()
  const { order } = site.root
  expect(order.counts('/srv/logs/db-out.log')).toBe(true)

  const other = site.service({ out_file: 'logs/db-out.log' })
  await triggers.set({ ...other, id: 'x2' })

  expect(order.counts('/srv/logs/db-out.log')).toBe(false)
  expect(triggers.explain('logs/db-out.log', site.service({ watch: true }).spec).kind).toBe(
    'ignored',
  )
})

test('a folder that is removed and made again within a build is one change and no trouble', async () => {
  const { site } = await watched({ watch: 'dist' })

  site.refusal = { code: 'ENOENT' }
  site.root.changed('/srv/dist/app.js')
  site.root.gone()
  await settled()
  site.clock.advance(100)
  await settled()
  site.refusal = undefined
  site.clock.advance(200)
  await settled()
  site.clock.advance(200)

  expect(site.actions).toHaveLength(1)
  expect(site.notes).toEqual([])
  expect(site.root.order.root).toBe('/srv/dist')
})

test('a path that is missing is told once, and watched as soon as it is there', async () => {
  const site = new FakeSite()
  site.refusal = { code: 'ENOENT' }
  const triggers = new Triggers(site.ports)
  await triggers.set(site.service({ watch: 'dist' }))

  for (let second = 0; second < 60; second++) {
    site.clock.advance(1_000)
    await settled()
  }
  expect(site.notes).toMatchObject([
    { tone: 'warning', text: '`/srv/dist` is not watched: it does not exist' },
  ])

  site.refusal = undefined
  site.clock.advance(1_000)
  await settled()
  site.clock.advance(200)
  expect(site.notes.at(-1)).toMatchObject({ tone: 'info', text: '`/srv/dist` is watched again' })
  expect(site.actions).toMatchObject([{ why: '`dist` changed' }])
})

test('a limit of the system is told with what to do, tried again, and recovered from without a restart', async () => {
  const { site } = await watched()
  const broken = site.root

  site.refusal = { code: 'ENOSPC' }
  broken.failed(Object.assign(new Error('no space'), { code: 'ENOSPC' }))
  await settled()
  expect(broken.isOpen).toBe(false)
  expect(site.notes).toMatchObject([
    { tone: 'warning', next: expect.stringContaining('fs.inotify.max_user_watches') },
  ])

  site.clock.advance(5_000)
  await settled()
  site.refusal = undefined
  site.clock.advance(9_999)
  await settled()
  expect(site.roots).toHaveLength(1)

  site.clock.advance(1)
  await settled()
  expect(site.root).not.toBe(broken)
  expect(site.notes).toHaveLength(2)
  expect(site.actions).toEqual([])
})

test('a folder that may not be read is told, and the rest is watched on', async () => {
  const { site } = await watched()

  const refused = Object.assign(new Error('denied'), { code: 'EACCES', path: '/srv/secret' })
  site.root.blind(refused)
  site.root.changed('/srv/a.js')
  site.clock.advance(200)

  expect(site.notes[0]?.text).toBe('`/srv/secret` is not watched: the manager may not read it')
  expect(site.actions).toHaveLength(1)
})

test('when everything is closed nothing is watched, and nothing waits', async () => {
  const { site, triggers } = await watched()
  site.root.changed('/srv/a.js')

  await triggers.close()

  expect(site.roots.map(({ isOpen }) => isOpen)).toEqual([false])
  expect(site.clock.armed).toBe(0)
})
