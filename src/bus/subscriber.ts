import type { RedisClient } from './redis-client.ts'

/** What a connection must offer to be subscribed on. */
export interface Subscriber {
  subscribe(...channels: string[]): Promise<unknown>
  unsubscribe(...channels: string[]): Promise<unknown>
}

/** Takes `troupe:<ns>:ev:*`, the one blessed pattern (PROTOCOL §1), for a channel like any other. */
export function subscriberOf(client: RedisClient): Subscriber {
  return {
    async subscribe(...channels) {
      const [patterns, names] = sorted(channels)
      await Promise.all([
        names.length > 0 && client.subscribe(...names),
        patterns.length > 0 && client.psubscribe(...patterns),
      ])
    },
    async unsubscribe(...channels) {
      const [patterns, names] = sorted(channels)
      await Promise.all([
        names.length > 0 && client.unsubscribe(...names),
        patterns.length > 0 && client.punsubscribe(...patterns),
      ])
    },
  }
}

/** No name of ours ends with a star: names are encoded. */
function sorted(channels: readonly string[]): readonly [patterns: string[], names: string[]] {
  const isPattern = (channel: string): boolean => channel.endsWith('*')
  return [channels.filter(isPattern), channels.filter((channel) => !isPattern(channel))]
}
