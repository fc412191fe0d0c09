import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { oneReload } from '../../src/pm2/reload-lock.ts'

const clock = {
  now: () => 0,
  date: () => new Date(100_000),
  after: () => () => {},
}

async function givenHome() {
  const home = await mkdtemp(join(tmpdir(), 'troupe-lock-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const reload = (work: () => Promise<string>, { isForced = false, env = {} } = {}) =>
    oneReload({ home, env, clock, isForced }, work)
  return { lock: join(home, 'reload.lock'), reload }
}

const quick = async () => 'reloaded'

test('a second reload is refused while the first runs, unless it is forced', async () => {
  const { reload, lock } = await givenHome()

  const first = await reload(async () => {
    await expect(reload(quick)).rejects.toThrow('Reload already in progress')
    return reload(quick, { isForced: true })
  })

  expect(first).toBe('reloaded')
  await expect(readFile(lock)).rejects.toThrow('ENOENT')
})

test('it is free again after a reload that failed', async () => {
  const { reload } = await givenHome()

  await expect(reload(() => Promise.reject(new Error('bad build')))).rejects.toThrow('bad build')

  expect(await reload(quick)).toBe('reloaded')
})

// prettier-ignore
test.each([
  ['is old',                    `60000 ${process.pid}`, {},                                  'reloaded'],
  ['is young',                  `80000 ${process.pid}`, {},                                  'Reload already'],
  ['is older than is said',     `80000 ${process.pid}`, { PM2_RELOAD_LOCK_TIMEOUT: '9000' },  'reloaded'],
  ['is younger than is said',   `60000 ${process.pid}`, { PM2_RELOAD_LOCK_TIMEOUT: '90000' }, 'Reload already'],
  ['is of a process that died', '99999 999999999',      {},                                  'reloaded'],
  ['is empty',                  '',                     {},                                  'reloaded'],
])('a lock that %s', async (_, held, env, becomes) => {
  const { reload, lock } = await givenHome()
  await writeFile(lock, held)

  expect(await reload(quick, { env }).catch(String)).toContain(becomes)
})
