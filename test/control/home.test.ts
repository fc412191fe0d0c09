import { homedir } from 'node:os'
import { expect, test } from 'vitest'
import { homeAt, homeFrom } from '../../src/control/home.ts'

test.each([
  [{}, `${homedir()}/.troupe`],
  [{ TROUPE_HOME: '' }, `${homedir()}/.troupe`],
  [{ TROUPE_HOME: '/srv/troupe' }, '/srv/troupe'],
  [{ TROUPE_HOME: '/srv/a/../troupe/' }, '/srv/troupe'],
])('%j lives in %s', (env, dir) => {
  expect(homeFrom(env).dir).toBe(dir)
})

test('everything is kept in the home', () => {
  expect(homeAt('/srv/troupe')).toEqual({
    dir: '/srv/troupe',
    socket: '/srv/troupe/manager.sock',
    pidFile: '/srv/troupe/manager.pid',
    loopFile: '/srv/troupe/manager.loop',
    logFile: '/srv/troupe/manager.log',
    configFile: '/srv/troupe/config.json',
    stateDir: '/srv/troupe/state',
    runDir: '/srv/troupe/run',
    logsDir: '/srv/troupe/logs',
    pidsDir: '/srv/troupe/pids',
  })
})

test('a home whose path is too long for a socket has its socket elsewhere, always in the same place', () => {
  const long = `/srv/${'ü'.repeat(60)}`

  const { socket } = homeAt(long)

  expect(Buffer.byteLength(socket)).toBeLessThan(104)
  expect(socket).toMatch(/^\/tmp\/troupe-\d+\/[0-9a-f]{16}\.sock$/)
  expect(homeAt(`${long}/`).socket).toBe(socket)
  expect(homeAt(`${long}x`).socket).not.toBe(socket)
})
