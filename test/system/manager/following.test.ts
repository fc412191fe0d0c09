import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { builtCli, fixture } from '../../support/built.ts'
import { eventually } from '../../support/eventually.ts'
import { tokenVariable } from '../../support/traces.ts'
import { startManager, type TestTroupe } from '../../support/troupe.ts'

const writer = {
  apps: [{ name: 'writer', script: fixture('numbered-lines.mjs') }],
} as const

/** A `troupe …` that goes on until its manager ends, as somebody has it in a terminal. */
function follow(troupe: TestTroupe, ...args: readonly string[]) {
  const { PATH = '/usr/bin:/bin' } = process.env
  const env = { PATH, TROUPE_HOME: troupe.home.dir, [tokenVariable]: troupe.token }
  const child = spawn(process.execPath, [builtCli, ...args], { env })
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => (said.out += String(chunk)))
  child.stderr.on('data', (chunk: Buffer) => (said.err += String(chunk)))
  const ended = once(child, 'close').then(([code]) => Number(code))
  onTestFinished(() => void child.kill())
  return {
    said,
    ended,
    stop: () => child.kill(),
    numbers: () =>
      [...said.out.matchAll(/^\d+\|writer \| (?:[a-z ]*)(\d+)$/gm)].map(([, n]) => Number(n)),
  }
}

test('logs go on over the deaths of managers without losing or repeating a line, and end with the last one', async () => {
  const troupe = await startManager()
  await troupe.declare(writer)
  const following = follow(troupe, 'logs', 'writer', '--lines', '0')
  const lines = () => following.numbers().length
  const backs = () => following.said.err.split('the manager went away, and is back\n').length - 1
  await eventually('lines are heard', () => (lines() > 20 ? true : undefined))

  for (const deaths of [1, 2]) {
    await troupe.killManager()
    await eventually('it is connected again', () => (backs() === deaths ? true : undefined))
    const before = lines()
    await eventually('more is heard', () => (lines() > before ? true : undefined))
  }
  await troupe.reconnect()
  await troupe.client.command('kill', [], {})

  expect(await following.ended).toBe(0)
  const [first = 0] = following.numbers()
  const { length } = following.numbers()
  expect(following.numbers()).toEqual(Array.from({ length }, (_, at) => first + at))
  expect(following.said.err).toMatch(
    /services and manager were stopped \(asked by .*\); start them/,
  )
})

test('events go on over the death of a manager, each once, and end with a sentence when it leaves', async () => {
  const troupe = await startManager()
  const following = follow(troupe, 'events', '--follow', '--json')
  await eventually('the past is told', () =>
    following.said.out.includes('host.up') ? true : undefined,
  )
  await troupe.declare({ apps: [{ name: 'api', script: 'sleep 1000' }] })
  await eventually('the start is heard', () =>
    following.said.out.includes('instance.online') ? true : undefined,
  )

  await troupe.killManager()
  await eventually('the next manager is heard', () =>
    following.said.out.includes('instance.adopted') ? true : undefined,
  )
  await troupe.reconnect()
  await troupe.client.command('detach', [], {})

  expect(await following.ended).toBe(0)
  const heard = following.said.out
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly id: string }).id)
  const journal = readFileSync(join(troupe.home.stateDir, 'events.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly id: string }).id)
  const from = journal.indexOf(heard[0] ?? '')
  expect(heard).toEqual(journal.slice(from, from + heard.length))
  expect(following.said.err).toContain('the manager went away, and is back\n')
  expect(following.said.err).toMatch(/the manager left \(asked by .*\), services stay/)
})

test('whoever follows all logs hears those as well that are declared later, from their first line', async () => {
  const troupe = await startManager()
  await troupe.declare(writer)
  const following = follow(troupe, 'logs', '--lines', '0')
  await eventually('lines are heard', () => (following.numbers().length > 3 ? true : undefined))

  const script = 'echo first; echo second; exec sleep 1000'
  await troupe.declare({ apps: [{ name: 'late', script }] })

  await eventually('the second is heard', () =>
    following.said.out.includes('second') ? true : undefined,
  )
  expect(following.said.out).toMatch(/late +\| first\n/)
  const numbers = following.numbers()
  expect(numbers).toEqual(numbers.map((_, n) => (numbers[0] ?? 0) + n))
  following.stop()
})
