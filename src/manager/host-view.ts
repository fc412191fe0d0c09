import { readFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import type { Home } from '../control/home.ts'
import { defaultMode, type Mode } from '../fleet/authorise.ts'
import type { HostView } from '../protocol/views.ts'
import type { Config } from './config.ts'
import type { Fleet } from './fleet.ts'
import type { HostHealth } from './health.ts'

/** The version of this package, read once from its own package.json. */
export const version: string = readVersion()

interface Sources {
  readonly home: Home
  readonly config: () => Config
  readonly health: HostHealth
  readonly fleet: Fleet
  readonly services: () => number
  /** ms since 1970. */
  readonly startedAt: number
}

/** What this manager says of itself, now. */
export function hostView({ home, config, health, fleet, startedAt, services }: Sources): HostView {
  const { host, namespace, labels } = config()
  return {
    host,
    namespace,
    labels,
    version,
    pid: process.pid,
    home: home.dir,
    startedAt,
    mode: modeOf(config()),
    bus: fleet.link?.view ?? { kind: 'alone' },
    degraded: health.troubles,
    services: services(),
    load: Math.round(((loadavg()[0] ?? 0) / availableParallelism()) * 100) / 100,
  }
}

/** What is asked of commands over Redis: as configured, or as the place of that Redis demands. */
export function modeOf({ securityMode, redisUrl }: Config): Mode {
  return securityMode ?? defaultMode(redisUrl)
}

function readVersion(): string {
  const read: unknown = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  )
  const isVersioned = typeof read === 'object' && read !== null && 'version' in read
  return isVersioned ? String(read.version) : 'unknown'
}
