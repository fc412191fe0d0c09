import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { FoundRedis } from '../../support/redis/find.ts'

beforeEach(() => {
  vi.stubEnv('TROUPE_TEST_REDIS', '')
  vi.stubEnv('TROUPE_TEST_REDIS_URL', '')
})
afterEach(() => vi.unstubAllEnvs())

test('a given URL comes before everything else', async () => {
  vi.stubEnv('TROUPE_TEST_REDIS_URL', 'redis://127.0.0.1:1234')

  expect(await findAnew()).toEqual({ kind: 'external', url: 'redis://127.0.0.1:1234' })
})

test.each(['path', 'docker', 'package'])(
  'where %s is forced but out of reach, one sentence says why and how to get a Redis',
  async (way) => {
    vi.stubEnv('TROUPE_TEST_REDIS', way)
    vi.stubEnv('TROUPE_TEST_REDIS_URL', 'redis://127.0.0.1:1234')
    vi.stubEnv('PATH', '/nowhere')

    const sentence = await findAnew().catch(String)

    expect(sentence).toMatch(/^Error: found no Redis for the tests \([^\n]+$/)
    expect(sentence).toContain(`(${way}: no `)
    expect(sentence).toContain('apt install redis-server')
    expect(sentence).toContain('TROUPE_TEST_REDIS_URL')
  },
)

test('where nothing works, the sentence goes through all ways in their order', async () => {
  vi.stubEnv('PATH', '/nowhere')

  await expect(findAnew()).rejects.toThrow(/\(url: .*; path: .*; docker: .*; package: .*\)/)
})

test('an unknown way is refused with the known ones', async () => {
  vi.stubEnv('TROUPE_TEST_REDIS', 'snap')

  await expect(findAnew()).rejects.toThrow(
    'must be one of url, path, docker, package; it is "snap"',
  )
})

/** What is found is remembered for the process, so each test loads the module for itself. */
async function findAnew(): Promise<FoundRedis> {
  vi.resetModules()
  const { findRedis } = await import('../../support/redis/find.ts')
  return await findRedis()
}
