import { join } from 'node:path'
import { homeFrom } from '../control/home.ts'

/** Where PM2's programs look for PM2, and where ours is instead. */
export interface Places {
  /** The home of our manager, absolute. */
  readonly home: string
  /** What callers read as `pm2.pm2_home`. */
  readonly pm2Home: string
}

/**
 * `TROUPE_HOME` wins. `PM2_HOME`, or the `pm2_home` of a custom instance, keeps managers apart as it does in PM2: ours
 * lives in a folder of its own there, so that nothing of a PM2 that uses the same place is touched.
 */
export function placesFrom(
  env: Readonly<Record<string, string | undefined>>,
  custom?: string,
): Places {
  const pm2Home = custom ?? given(env['PM2_HOME'])
  if (custom !== undefined) return { home: join(custom, 'troupe'), pm2Home: custom }
  const own = given(env['TROUPE_HOME'])
  if (own !== undefined || pm2Home === undefined) {
    const { dir } = homeFrom(env)
    return { home: dir, pm2Home: pm2Home ?? dir }
  }
  return { home: join(pm2Home, 'troupe'), pm2Home }
}

function given(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}
