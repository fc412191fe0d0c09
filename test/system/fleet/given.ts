import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { type RedisOptions, startRedis, type TestRedis } from '../../support/redis.ts'
import { startManager, type TestTroupe } from '../../support/troupe.ts'

export interface TroupeOnRedis {
  readonly troupe: TestTroupe
  readonly redis: TestRedis
  /** The namespace: a name of this test alone. */
  readonly ns: string
}

const run = promisify(execFile)

let count = 0

/** A manager that has joined a Redis of its own. */
export async function startOnRedis(options: RedisOptions = {}): Promise<TroupeOnRedis> {
  const redis = await startRedis(options)
  onTestFinished(() => redis.stop())
  const troupe = await startManager()
  count += 1
  const ns = `t${process.pid}-${count}`
  await troupe.client.command('config', [], { set: { namespace: ns, 'host.name': 'a' } })
  await troupe.client.command('detach', [], {})
  await troupe.client.close()
  await troupe.reconnect()
  await troupe.client.command('config', [], { set: { 'redis.url': redis.url } })
  await untilJoined(troupe)
  return { troupe, redis, ns }
}

/** Managers with homes of their own on one Redis. */
export async function fleetOf(
  hosts: readonly string[],
): Promise<{ readonly redis: TestRedis; readonly managers: readonly TestTroupe[] }> {
  const redis = await startRedis()
  onTestFinished(() => redis.stop())
  const managers: TestTroupe[] = []
  for (const [at, host] of hosts.entries()) {
    const troupe = await startManager()
    const zone = at === 0 ? 'eu' : 'us'
    await troupe.client.command('config', [], { set: { 'host.name': host, 'labels.zone': zone } })
    await troupe.client.command('detach', [], {})
    await troupe.client.close()
    await troupe.reconnect()
    await troupe.client.command('config', [], { set: { 'redis.url': redis.url } })
    await untilJoined(troupe)
    managers.push(troupe)
  }
  return { redis, managers }
}

export function untilJoined(troupe: TestTroupe): Promise<true> {
  return eventually(
    'the manager has joined Redis',
    async () => {
      const { bus } = await troupe.client.ping()
      return bus.kind === 'up' ? true : undefined
    },
    { withinMs: 30_000 },
  )
}

/** The entries of a stream, each as its fields. */
export async function streamOf(
  redis: TestRedis,
  key: string,
): Promise<readonly Record<string, string>[]> {
  const args = redis.cliArgs(['--json', 'XRANGE', key, '-', '+'])
  const { stdout } = await run(redis.cli, args, { maxBuffer: 256 * 1024 * 1024 })
  const entries = JSON.parse(stdout) as [id: string, fields: string[]][]
  return entries.map(([, fields]) => fieldsOf(fields))
}

function fieldsOf(flat: readonly string[]): Record<string, string> {
  const pairs = flat.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, flat[index + 1] ?? '']] : [],
  )
  return Object.fromEntries(pairs)
}

/** What stands in the reply stream of a command, once its last word does. */
export function repliesTo(
  { redis, ns }: TroupeOnRedis,
  commandId: string,
  until: string,
): Promise<readonly Record<string, string>[]> {
  return eventually(`${commandId} is ${until}`, async () => {
    const replies = await streamOf(redis, `troupe:{${ns}}:re:${commandId}`)
    return replies.some(({ status }) => status === until) ? replies : undefined
  })
}
