import type { Redis } from 'ioredis'

/** A connection of the library. Everything else of `bus/` sees {@link RedisLink}. */
export type RedisClient = Redis

/** What stands between a frozen server and somebody who waits for its answer. */
const commandTimeoutMs = 2_000
const connectTimeoutMs = 5_000

/**
 * One connection that lives once: it neither reconnects nor repeats nor queues (PROTOCOL R3, R4).
 *
 * The library is loaded here and nowhere else, because it costs more than a whole `troupe list`.
 */
export async function createClient(url: string, connectionName: string): Promise<RedisClient> {
  const { Redis } = await import('ioredis')
  return new Redis(url, {
    protocol: 3,
    replyMapping: 'legacy',
    lazyConnect: true,
    connectionName,
    retryStrategy: () => null,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    enableAutoPipelining: false,
    maxRetriesPerRequest: 0,
    commandTimeout: commandTimeoutMs,
    connectTimeout: connectTimeoutMs,
    // The first script says better than INFO whether a loading server is of use yet.
    enableReadyCheck: false,
    // CLIENT SETINFO is unknown before 7.2, and forbidden by the fleet's ACL.
    disableClientInfo: true,
  })
}
