import { execFile } from 'node:child_process'
import { expect, test } from 'vitest'
import { builtCli, fixture } from '../../support/built.ts'
import { eventually } from '../../support/eventually.ts'
import type { TestTroupe } from '../../support/troupe.ts'
import { fleetOf } from './given.ts'

const api = { name: 'api', script: fixture('http-server.mjs'), env: { PORT: '0' } }

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** `troupe …` as somebody types it on that host, without a terminal. */
function troupeOn({ home }: TestTroupe, ...args: readonly string[]): Promise<Ran> {
  const { PATH = '/usr/bin:/bin' } = process.env
  const env = { PATH, TROUPE_HOME: home.dir, HOME: home.dir, NO_COLOR: '1' }
  return new Promise((resolve) => {
    execFile(process.execPath, [builtCli, ...args], { env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err })
    })
  })
}

/** Three hosts, the first in eu and the others in us, with an api on each. */
async function threeHosts() {
  const { managers } = await fleetOf(['web-1', 'web-2', 'web-3'])
  for (const troupe of managers) await troupe.declare({ apps: [api] })
  const [first, second, third] = managers
  if (first === undefined || second === undefined || third === undefined) throw new Error('three')
  await eventually('all are up', async () => {
    const { hosts } = await first.client.command('hosts', [], {})
    return hosts.every(({ state }) => state === 'up') ? true : undefined
  })
  const pids = () => Promise.all(managers.map((troupe) => troupe.pidOf('api')))
  return { first, second, third, pids }
}

test('a command to a label acts on exactly the hosts that have it', async () => {
  const { first, pids } = await threeHosts()
  const before = await pids()

  const { code, out, err } = await troupeOn(first, 'restart', 'api', '--on', 'zone=us', '--yes')

  expect(err).toContain('restart matches 2 of 3 hosts: web-2, web-3')
  expect(out).toMatch(/✓ web-2: done in .*\n {4}✓ api#0 online, pid \d+/)
  expect(out.trimEnd().split('\n').at(-1)).toBe('2 done')
  expect(code).toBe(0)
  const after = await pids()
  expect(after.map((pid, at) => pid === before[at])).toEqual([true, false, false])
})

test('what fails, is silent or cannot be reached is said host by host, and the exit code is 1', async () => {
  const { first, second, third } = await threeHosts()
  await second.client.command('delete', 'api', {})
  await third.client.command('detach', [], {})

  const { code, out } = await troupeOn(first, 'stop', 'api', '--on', 'all', '--yes', '--json')

  expect(JSON.parse(out)).toMatchObject({
    done: ['web-1'],
    failed: [],
    silent: ['web-2'],
    unreachable: ['web-3'],
  })
  expect(code).toBe(1)
})

test('without a terminal many hosts have to be confirmed, and a selector that fits nobody is refused', async () => {
  const { first, pids } = await threeHosts()
  const before = await pids()

  const unconfirmed = await troupeOn(first, 'stop', 'api', '--on', 'all')
  const nobody = await troupeOn(first, 'stop', 'api', '--on', 'zone=mars', '--yes')

  expect([unconfirmed.code, nobody.code]).not.toContain(0)
  expect(unconfirmed.err).toContain('stop on 3 hosts has to be confirmed')
  expect(nobody.err).toContain('matches no host')
  expect(await pids()).toEqual(before)
})

test('a limit means the same hosts each time, and reading asks nobody', async () => {
  const { first } = await threeHosts()
  const one = () => troupeOn(first, 'list', '--on', 'all,max=1', '--json')

  const [once, again] = [await one(), await one()]

  expect(once.code).toBe(0)
  expect(JSON.parse(again.out).done).toEqual(JSON.parse(once.out).done)
  expect(JSON.parse(once.out).done).toHaveLength(1)
})
