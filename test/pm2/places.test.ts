import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defaultsFrom } from '../../src/pm2/defaults.ts'
import { placesFrom } from '../../src/pm2/home.ts'

const own = join(homedir(), '.troupe')

// prettier-ignore
test.each([
  [{},                                         undefined, { home: own, pm2Home: own }],
  [{ PM2_HOME: '/p' },                         undefined, { home: '/p/troupe', pm2Home: '/p' }],
  [{ TROUPE_HOME: '/t' },                      undefined, { home: '/t', pm2Home: '/t' }],
  [{ TROUPE_HOME: '/t', PM2_HOME: '/p' },      undefined, { home: '/t', pm2Home: '/p' }],
  [{ TROUPE_HOME: '/t', PM2_HOME: '/p' },      '/c',      { home: '/c/troupe', pm2Home: '/c' }],
])('with %j and %j as its own home an instance is at %j', (env, custom, places) => {
  expect(placesFrom(env, custom)).toEqual(places)
})

test("PM2's variables stand for fields that nobody sets", () => {
  const env = { PM2_KILL_TIMEOUT: '4000', PM2_GRACEFUL_LISTEN_TIMEOUT: '', PM2_OTHER: 'x' }

  expect(defaultsFrom(env)).toEqual({ kill_timeout: '4000' })
})
