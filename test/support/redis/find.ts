import { findByDocker } from './find-by-docker.ts'
import { findByPackage } from './find-by-package.ts'
import { findByPath } from './find-by-path.ts'
import type { RedisPrograms } from './programs.ts'

export type FoundRedis =
  | { readonly kind: 'external'; readonly url: string }
  | { readonly kind: 'programs'; readonly programs: RedisPrograms }

const ways = {
  url: findByUrl,
  path: async (): Promise<FoundRedis> => ({ kind: 'programs', programs: await findByPath() }),
  docker: async (): Promise<FoundRedis> => ({ kind: 'programs', programs: await findByDocker() }),
  package: async (): Promise<FoundRedis> => ({ kind: 'programs', programs: await findByPackage() }),
} as const

type Way = keyof typeof ways

const howToGetOne =
  'install one (apt install redis-server, brew install redis), start Docker, or set TROUPE_TEST_REDIS_URL=redis://…'

let found: Promise<FoundRedis> | undefined

/**
 * Finds a Redis for the tests, the first way that works, once for each process.
 * `TROUPE_TEST_REDIS=url|path|docker|package` allows one way alone.
 */
export function findRedis(): Promise<FoundRedis> {
  found ??= firstThatWorks(allowedWays())
  return found
}

/** Finds a Redis that can be started as often as `topology` needs. */
export async function findPrograms(topology: string): Promise<RedisPrograms> {
  const redis = await findRedis()
  if (redis.kind === 'programs') return redis.programs
  throw new Error(`${topology} needs servers of its own: unset TROUPE_TEST_REDIS_URL for this test`)
}

async function firstThatWorks(names: readonly Way[]): Promise<FoundRedis> {
  const refusals: string[] = []
  for (const name of names) {
    try {
      return await ways[name]()
    } catch (error) {
      refusals.push(`${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  throw new Error(`found no Redis for the tests (${refusals.join('; ')}): ${howToGetOne}`)
}

function allowedWays(): readonly Way[] {
  const names = Object.keys(ways) as Way[] // `keyof` of a constant object: these are its keys.
  const forced = process.env['TROUPE_TEST_REDIS']
  if (forced === undefined || forced === '') return names
  const only = names.filter((name) => name === forced)
  if (only.length > 0) return only
  throw new Error(`TROUPE_TEST_REDIS must be one of ${names.join(', ')}; it is "${forced}"`)
}

async function findByUrl(): Promise<FoundRedis> {
  const url = process.env['TROUPE_TEST_REDIS_URL']
  if (url === undefined || url === '') throw new Error('TROUPE_TEST_REDIS_URL is not set')
  if (URL.canParse(url) && new URL(url).protocol === 'redis:') return { kind: 'external', url }
  throw new Error(`TROUPE_TEST_REDIS_URL must start with redis://; it is "${url}"`)
}
