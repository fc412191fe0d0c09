import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { LifecycleEvent } from '../../../src/protocol/envelope.ts'
import { shortType } from '../../../src/protocol/events.ts'
import { openShell } from '../../support/command-line.ts'
import { eventually } from '../../support/eventually.ts'

/** A folder with a declaration, and a shell in it. */
async function project(...apps: readonly Readonly<Record<string, unknown>>[]) {
  const { troupe, dir } = await openShell()
  const script = join(dir, 'app.js')
  await writeFile(script, `console.log('A=' + process.env.A); setInterval(() => {}, 1_000)`)
  const file = join(dir, 'processes.json')
  const write = (...all: readonly Readonly<Record<string, unknown>>[]) =>
    writeFile(file, JSON.stringify({ apps: all.map((app) => ({ script, ...app })) }))
  await write(...apps)
  const processes = async () => {
    const { stdout } = await troupe('jlist')
    return JSON.parse(stdout) as { name: string; pid: number }[]
  }
  /** What was done to services, in order: `web online`. What time alone brings is left out. */
  const lifeOf = async () => {
    const { stdout } = await troupe('events', '--json', '--lines', '1000')
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as LifecycleEvent)
    return events.flatMap(({ type, data: { service } }) => {
      const [about = '', what = ''] = (shortType(type) ?? '').split('.')
      const isDone = ['service', 'instance', 'reload'].includes(about)
      return isDone && what !== 'state' && what !== 'stable' ? [`${service} ${what}`] : []
    })
  }
  return { troupe, dir, file, write, processes, lifeOf }
}

test('applying twice changes nothing the second time', async () => {
  const { troupe, file, processes, lifeOf } = await project(
    { name: 'api' },
    { name: 'web', instances: 2 },
  )

  expect((await troupe('apply', file)).code).toBe(0)
  const before = await processes()
  const events = await lifeOf()
  const again = await troupe('apply', file)

  expect(events).toContain('web online')
  expect(await lifeOf()).toEqual(events)
  expect(again).toMatchObject({ code: 0, stdout: 'nothing to do: what is declared is so\n' })
  expect(await processes()).toEqual(
    before.map((each) => expect.objectContaining({ pid: each.pid }) as unknown),
  )
  expect((await troupe('plan', file)).code).toBe(0)
})

test('a variable that is changed, added or removed is planned by name, and seen by the next process', async () => {
  const { troupe, file, write } = await project({ name: 'api', env: { A: 'first' } })
  const says = (text: string) =>
    eventually(`it says ${text}`, async () => {
      const { stdout } = await troupe('logs', 'api', '--nostream')
      return stdout.includes(text) ? true : undefined
    })
  await troupe('apply', file)
  await says('A=first')

  for (const [env, line, seen] of [
    [{ A: 'second' }, '~ env.A  changed', 'A=second'],
    [{ A: 'second', B: 'third' }, '+ env.B', 'A=second'],
    [{ B: 'third' }, '- env.A', 'A=undefined'],
  ] as const) {
    await write({ name: 'api', env })
    const plan = await troupe('plan', file)
    expect(plan.code).toBe(2)
    expect(plan.stdout).toContain(line)
    expect(plan.stdout).not.toMatch(/first|second|third/)
    expect((await troupe('apply', file)).code).toBe(0)
    await says(seen)
  }
})

test('a plan that does not hold any more is refused, one that does is carried out', async () => {
  const { troupe, file, write, processes } = await project({ name: 'api' })
  const digestOf = async () => {
    const { stdout } = await troupe('plan', file, '--json')
    return (JSON.parse(stdout) as { digest: string }).digest
  }
  const stale = await digestOf()
  await write({ name: 'api' }, { name: 'web' })

  const refused = await troupe('apply', file, '--plan', stale)
  expect(refused).toMatchObject({ code: 1 })
  expect(refused.stderr).toContain('does not hold any more')
  expect(await processes()).toEqual([])

  expect((await troupe('apply', file, '--plan', await digestOf())).code).toBe(0)
  expect((await processes()).map(({ name }) => name)).toEqual(['api', 'web'])
})

test('what left the file goes with --prune alone, and only what came from it', async () => {
  const { troupe, file, write, processes } = await project({ name: 'api' }, { name: 'old' })
  await troupe('apply', file)
  await troupe('start', 'sleep 1000', '--name', 'other')
  await write({ name: 'api' })

  expect((await troupe('apply', file)).stdout).toContain('nothing to do')
  expect((await troupe('apply', file, '--prune')).stdout).toContain('- old')

  expect((await processes()).map(({ name }) => name)).toEqual(['api', 'other'])
})

test('a clustered service that changes in more than one way is reloaded once, to all of it', async () => {
  const { troupe, file, write, processes } = await project({ name: 'web', instances: 2 })
  await troupe('apply', file)
  const before = await processes()
  await write({ name: 'web', instances: 3, env: { A: '1' }, max_restarts: 3, min_uptime: 100 })

  expect((await troupe('apply', file)).code).toBe(0)

  const after = await processes()
  expect(after).toHaveLength(3)
  expect(after.filter(({ pid }) => before.some((each) => each.pid === pid))).toEqual([])
  expect((await troupe('plan', file)).stdout).toContain('nothing to do')
})

test('what is down and changes runs after one apply', async () => {
  const { troupe, file, write, processes } = await project(
    { name: 'web', exec_mode: 'cluster', instances: 1 },
    { name: 'half', instances: 2 },
    { name: 'rest', autostart: false },
  )
  await troupe('apply', file)
  await troupe('stop', 'web', 'half#1')
  const env = { A: '1' }
  await write(
    { name: 'web', exec_mode: 'cluster', instances: 1, env },
    { name: 'half', instances: 2, env },
    { name: 'rest', autostart: false, env },
  )

  expect((await troupe('apply', file)).code).toBe(0)

  const pids = (await processes()).map(({ name, pid }) => [name, pid > 0])
  expect(pids).toEqual([
    ['web', true],
    ['half', true],
    ['half', true],
    ['rest', false],
  ])
  expect((await troupe('plan', file)).stdout).toContain('nothing to do')
})

test('a service that moves to a group of its own is in it after one apply', async () => {
  const { troupe, dir, file } = await project()
  const script = join(dir, 'app.js')
  const app = { name: 'web', script, exec_mode: 'cluster', instances: 1 }
  await writeFile(file, JSON.stringify({ apps: [app] }))
  await troupe('apply', file)
  const moved = { ...app, namespace: 'pay', env: { A: '1' } }
  await writeFile(file, JSON.stringify({ apps: [moved], groups: { pay: 'one_for_all' } }))

  expect((await troupe('apply', file)).stdout).toContain('~ group pay  one_for_all')

  expect((await troupe('plan', file)).stdout).toContain('nothing to do')
})

test('what left the file has let go of what it held before what came starts', async () => {
  const { troupe, dir, file, write, lifeOf } = await project()
  const script = join(dir, 'holds.js')
  await writeFile(
    script,
    `const { mkdirSync, rmdirSync } = require('node:fs')
    mkdirSync(process.env.HELD)
    process.on('SIGINT', () => setTimeout(() => { rmdirSync(process.env.HELD); process.exit() }, 300))
    setInterval(() => {}, 1_000)`,
  )
  const env = { HELD: join(dir, 'held') }
  await write({ name: 'old', script, env })
  await troupe('apply', file)
  await eventually('it holds it', async () => existsSync(env.HELD) || undefined)
  await write({ name: 'new', script, env })

  expect((await troupe('apply', file, '--prune')).code).toBe(0)

  const happened = (await lifeOf()).filter((each) => / (online|exited)$/.test(each))
  expect(happened).toEqual(['old online', 'old exited', 'new online'])
})

test('the manager is replaced by the one that is installed, and no service notices', async () => {
  const { troupe, file, processes } = await project({ name: 'api' })
  await troupe('apply', file)
  const before = await processes()
  const { stdout: pidBefore } = await troupe('ping', '--json')

  const { code, stdout } = await troupe('update', '--json')

  const { pid } = JSON.parse(stdout) as { pid: number }
  expect(code).toBe(0)
  expect(pid).not.toBe((JSON.parse(pidBefore) as { pid: number }).pid)
  expect((await processes()).map((each) => each.pid)).toEqual(before.map((each) => each.pid))
})
