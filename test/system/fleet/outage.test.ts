import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { fixture } from '../../support/built.ts'
import { eventually } from '../../support/eventually.ts'
import { isRunning } from '../../support/traces.ts'
import { startOnRedis, streamOf, type TroupeOnRedis, untilJoined } from './given.ts'

const sleeper = (name: string) => ({ name, script: fixture('sleeper.sh'), kill_timeout: 500 })

/** The ids of this host's events in the log, in order. */
async function logged({ redis, ns }: TroupeOnRedis): Promise<readonly string[]> {
  const entries = await streamOf(redis, `troupe:{${ns}}:log`)
  return entries.map(({ e = '{}' }) => (JSON.parse(e) as { id: string }).id)
}

/** Waits until the newest event of the journal stands in the log, and compares from the first logged one on. */
async function logAndJournal(
  on: TroupeOnRedis,
): Promise<[log: readonly string[], journal: readonly string[]]> {
  const { troupe } = on
  const ids = await eventually(
    'the log has caught up',
    async () => {
      const newest = troupe.journal().at(-1)?.id
      const now = await logged(on)
      return newest !== undefined && now.includes(newest) ? now : undefined
    },
    { withinMs: 30_000, everyMs: 200 },
  )
  const journal = troupe.journal().map(({ id }) => id)
  const first = journal.indexOf(ids[0] ?? '')
  return [ids, journal.slice(first, first + ids.length)]
}

test(
  'Redis is away for 25 s under 200 events a second: services live on, and every event is in the log once',
  { timeout: 120_000 },
  async () => {
    const on = await startOnRedis({ persist: true })
    const { troupe, redis } = on
    const names = Array.from({ length: 10 }, (_, index) => `s${index}`)
    await troupe.declare({ apps: names.map(sleeper) })
    let isBusy = true
    const storm = names.map(async (name) => {
      while (isBusy) {
        await troupe.client.restart(name)
        // About 200 events a second in all: the outbox holds 10,000, and a rejoin may take 15 s.
        await pause(300)
      }
    })
    const before = troupe.journal().length
    const managers = troupe.events('host.up').length

    await redis.kill()
    const [victim = ''] = names
    await pause(24_000)
    const pid = await troupe.pidOf(victim).catch(() => undefined)
    if (pid !== undefined && isRunning(pid)) process.kill(pid, 'SIGKILL')
    await pause(1_000)
    const during = troupe.journal().length - before
    await redis.restart()
    await untilJoined(troupe)
    isBusy = false
    await Promise.all(storm)

    // How busy it was is for whoever reads along; a slow machine is not a failure.
    console.info(`${during} events while Redis was away, ${Math.round(during / 25)} a second`)
    expect(during).toBeGreaterThan(1_000)
    await troupe.until(victim, 'online')
    expect(troupe.events('host.up')).toHaveLength(managers)
    const [log, journal] = await logAndJournal(on)
    expect(log).toEqual(journal)
  },
)

test('Redis is away when the manager starts, and joined when it comes', async () => {
  const on = await startOnRedis({ persist: true })
  const { troupe, redis } = on
  await redis.kill()
  await troupe.killManager()
  await troupe.reconnect()
  await troupe.declare({ apps: [sleeper('early')] })

  await redis.restart()

  await untilJoined(troupe)
  const [log, journal] = await logAndJournal(on)
  expect(log).toEqual(journal)
})

test('the manager dies while Redis is away, and what happened is told by the next one', async () => {
  const on = await startOnRedis({ persist: true })
  const { troupe, redis } = on
  await troupe.declare({ apps: [sleeper('one')] })
  await logAndJournal(on)

  await redis.kill()
  await troupe.client.restart('one')
  await troupe.killManager()
  await troupe.reconnect()
  await redis.restart()

  await untilJoined(troupe)
  const [log, journal] = await logAndJournal(on)
  expect(log).toEqual(journal)
})

test('a frozen Redis is noticed, and nothing waits for it', async () => {
  const on = await startOnRedis()
  const { troupe, redis } = on
  await troupe.declare({ apps: [sleeper('one')] })
  await logAndJournal(on)

  redis.freeze()
  await eventually('the manager says that Redis is away', async () =>
    (await troupe.client.ping()).bus.kind === 'down' ? true : undefined,
  )
  const { instances } = await troupe.client.restart('one')
  redis.thaw()

  expect(instances).toMatchObject([{ state: 'online' }])
  await untilJoined(troupe)
  const [log, journal] = await logAndJournal(on)
  expect(log).toEqual(journal)
})

test('a flushed Redis gets every state again, and no service feels it', async () => {
  const on = await startOnRedis()
  const { troupe, redis, ns } = on
  await troupe.declare({ apps: [sleeper('one')] })
  await logAndJournal(on)
  const pid = await troupe.pidOf('one')

  await redis.redisCli('FLUSHALL')

  await eventually(
    'the state is there again',
    async () => {
      const json = await redis.redisCli('HGET', `troupe:{${ns}}:state`, 'one@a')
      return json.includes(`"pid":${pid}`) ? true : undefined
    },
    { withinMs: 20_000 },
  )
  expect(await troupe.pidOf('one')).toBe(pid)
})

test('a journal that lost its end goes on above the numbers that the log knows', async () => {
  const on = await startOnRedis()
  const { troupe } = on
  await troupe.declare({ apps: [sleeper('one')] })
  for (let i = 0; i < 3; i++) await troupe.client.restart('one')
  const [before] = await logAndJournal(on)
  await troupe.client.command('detach', [], {})
  await troupe.client.close()
  // What the crash of a machine does to writes that had not reached the disk.
  const path = join(troupe.home.stateDir, 'events.jsonl')
  const kept = readFileSync(path, 'utf8').split('\n').slice(0, 5)
  writeFileSync(path, `${kept.join('\n')}\n`)

  await troupe.reconnect()
  await untilJoined(troupe)
  await troupe.client.restart('one')

  const newest = troupe.events('instance.online', 'one').at(-1)?.id ?? 'none'
  const after = await eventually('the log has the newest event', async () => {
    const ids = await logged(on)
    return ids.includes(newest) ? ids : undefined
  })
  expect(new Set(after).size).toBe(after.length)
  expect(after.slice(0, before.length)).toEqual(before)
  expect(troupe.events('host.gap')).toHaveLength(1)
})
