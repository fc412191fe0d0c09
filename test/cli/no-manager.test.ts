import { expect, test } from 'vitest'
import { commandLine, hostWith } from './given.ts'

const alone = 'no manager runs at ~/.troupe'

test.each([
  ['list', 0, `${alone}; start one with`],
  ['kill', 0, `${alone}: nothing to stop`],
  ['detach', 0, `${alone}: and no service runs`],
  ['why worker', 1, `error: ${alone}`],
  ['logs', 1, `error: ${alone}`],
  ['doctor', 0, `!  manager  ${alone}`],
  ['jlist', 0, '[]'],
])('%s starts no manager, and ends with %d', async (line, expected, said) => {
  const { troupe } = commandLine({ isRunning: false })

  const { code, out, err, starts } = await troupe(...line.split(' '))

  expect(out + err).toContain(said)
  expect({ code, starts }).toEqual({ code: expected, starts: 0 })
})

test.each(['ping', 'stop worker', 'describe worker', 'save', 'config', 'events'])(
  '%s starts a manager where none runs, and says so first',
  async (line) => {
    const { troupe } = commandLine({ isRunning: false })

    const { starts, err, code } = await troupe(...line.split(' '))

    expect(starts).toBe(1)
    expect(err.split('\n')[0]).toBe(
      'manager started · home ~/.troupe · no Redis configured: this host alone',
    )
    expect(code).toBe(0)
  },
)

test.each([
  ['redis://127.0.0.1:6379', 'Redis redis://127.0.0.1:6379'],
  ['redis://:pa:ss@db:6379/2', 'Redis redis://db:6379/2'],
  ['redis://anna:p@ss/word@db:6379', 'Redis redis://anna@db:6379'],
  ['redis://db:6379?password=secret', 'Redis redis://db:6379'],
  ['unix:///run/redis.sock', 'Redis unix:///run/redis.sock'],
])('the first line says which Redis %s is, and no password', async (url, shown) => {
  const host = hostWith({ bus: { kind: 'up', url, since: 0 } })
  const { troupe } = commandLine({ isRunning: false, answers: { ping: () => host } })

  const { err } = await troupe('ping')

  expect(err).toBe(`manager started · home ~/.troupe · ${shown} · namespace main · host laptop\n`)
})

test('a Redis that is away is told under every table, with what waits for it', async () => {
  const bus = { kind: 'down', url: 'redis://:x@db', since: 0, why: 'ECONNREFUSED', queued: 7 }
  const host = hostWith({ bus: { ...bus, kind: 'down' }, degraded: ['the disk is full'] })
  const { troupe } = commandLine({ answers: { status: () => ({ host, instances: [] }) } })

  const { err } = await troupe('list')

  expect(err).toContain('Redis redis://db (ECONNREFUSED, 7 events wait for it)\n')
  expect(err).toContain('this host: the disk is full\n')
})
