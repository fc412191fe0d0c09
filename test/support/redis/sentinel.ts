import { eventually } from '../eventually.ts'
import { findPrograms } from './find.ts'
import { startOwnServer } from './own-server.ts'
import type { TestRedis } from './test-redis.ts'

interface TestSentinel {
  /** What the Sentinel calls the group. */
  readonly name: string
  /** The first primary; after a failover it is the replica. */
  readonly primary: TestRedis
  readonly replica: TestRedis
  readonly sentinel: TestRedis
  /** Asks the Sentinel where the primary is now. */
  primaryPort(): Promise<number>
  stop(): Promise<void>
}

const name = 'troupe'

/** A primary waits five seconds otherwise, in case more replicas come. */
const atOnce = ['--repl-diskless-sync-delay', '0']

/** Starts a primary, its replica and a Sentinel that fails over one second after the primary fell silent. */
export async function startSentinel(): Promise<TestSentinel> {
  const programs = await findPrograms('Sentinel')
  const started: TestRedis[] = []
  const keep = <R extends TestRedis>(redis: R): R => (started.push(redis), redis)
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((redis) => redis.stop()))
  }
  try {
    const primary = keep(await startOwnServer(programs, { args: atOnce }))
    const follow = ['--replicaof', '127.0.0.1', String(primary.port)]
    const replica = keep(await startOwnServer(programs, { args: follow }))
    await eventually('the replica follows its primary', async () => {
      return (
        (await replica.redisCli('INFO', 'replication')).includes('master_link_status:up') ||
        undefined
      )
    })
    const watching = { args: ['--sentinel'] }
    const sentinel = keep(await startOwnServer(programs, watching, sentinelConfig(primary.port)))
    await eventually('the Sentinel knows the replica', async () => {
      const known = await sentinel.redisCli('SENTINEL', 'REPLICAS', name)
      return known.includes(String(replica.port)) || undefined
    })
    const primaryPort = async (): Promise<number> => {
      const address = await sentinel.redisCli('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name)
      return Number(address.split('\n')[1])
    }
    return { name, primary, replica, sentinel, primaryPort, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function sentinelConfig(primaryPort: number): string[] {
  return [
    `sentinel monitor ${name} 127.0.0.1 ${primaryPort} 1`,
    `sentinel down-after-milliseconds ${name} 1000`,
    `sentinel failover-timeout ${name} 5000`,
  ]
}
