import { Redis } from 'ioredis'

const url = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379'

/** A connection that never ends the service. With a name it says when Redis is there and when it is not. */
export function connect(name) {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(attempt * 500, 5_000),
  })
  let isThere
  const say = (now) => {
    if (name === undefined || now === isThere) return
    isThere = now
    console.log(
      now
        ? `${name}: Redis is there, so we talk`
        : `${name}: no Redis at ${hide(url)}, so I work alone`,
    )
  }
  redis.on('ready', () => say(true))
  redis.on('error', () => say(false))
  redis.on('close', () => say(false))
  return redis
}

export const channels = { ticks: 'quickstart:ticks', jobs: 'quickstart:jobs' }

function hide(address) {
  return address.replace(/\/\/[^@/]*@/, '//***@')
}
