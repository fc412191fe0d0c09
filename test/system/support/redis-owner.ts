import { startRedis } from '../../support/redis.ts'

// Started by a test as a process of its own, to be killed: what becomes of its Redis?
const redis = await startRedis()
process.stdout.write(
  `${redis.port} ${await redis.redisCli('CONFIG', 'GET', 'dir')}`.replace('\n', ' '),
)
process.stdout.write('\n')
process.stdin.resume()
