import { parseBytes } from '../base/units.ts'
import type { Finding } from '../protocol/answers.ts'
import type { ServerFacts, Setting } from './server-facts.ts'

/** Connections that a fleet needs of each host, with room for the old one during a reconnect and for people. */
const clientsPerHost = 3

interface Check {
  readonly about: Setting
  /** Undefined when all is well. */
  readonly says: (value: string, facts: ServerFacts, hosts: number) => Advice | undefined
}

interface Advice {
  readonly verdict: 'warning' | 'problem'
  readonly text: string
  readonly next: string
}

const checks: readonly Check[] = [
  {
    about: 'maxmemory-policy',
    says: (value, { config }) =>
      value === 'noeviction'
        ? undefined
        : {
            verdict: limitedMemory(config) ? 'problem' : 'warning',
            text: `${value}: when memory is full, Redis deletes what the fleet needs`,
            next: 'CONFIG SET maxmemory-policy noeviction',
          },
  },
  {
    about: 'appendonly',
    says: (value) =>
      value === 'yes'
        ? undefined
        : warning('no: a restart of Redis may lose history', 'CONFIG SET appendonly yes'),
  },
  {
    about: 'appendfsync',
    says: (value, { config }) =>
      config.get('appendonly') !== 'yes' || value !== 'no'
        ? undefined
        : warning(
            'no: a crash of the machine loses up to 30 s of history',
            'CONFIG SET appendfsync everysec',
          ),
  },
  {
    about: 'maxclients',
    says: (value, _facts, hosts) =>
      Number(value) >= clientsPerHost * hosts
        ? undefined
        : {
            verdict: 'problem',
            text: `${value}: too few for ${hosts} hosts`,
            next: `CONFIG SET maxclients ${clientsPerHost * hosts}`,
          },
  },
  {
    about: 'tcp-keepalive',
    says: (value) =>
      Number(value) > 0 && Number(value) <= 300
        ? undefined
        : warning(`${value}: dead hosts keep their connection`, 'CONFIG SET tcp-keepalive 60'),
  },
  {
    about: 'timeout',
    says: (value) =>
      value === '0'
        ? undefined
        : warning(`${value}: quiet watchers are disconnected`, 'CONFIG SET timeout 0'),
  },
  {
    about: 'client-output-buffer-limit',
    says: (value) =>
      isEnoughForPubsub(value)
        ? undefined
        : warning(
            'slow watchers are cut off early',
            'CONFIG SET client-output-buffer-limit "pubsub 32mb 8mb 60"',
          ),
  },
  {
    about: 'min-replicas-to-write',
    says: (value) =>
      value === '0'
        ? undefined
        : warning(
            `${value}: without that many replicas events wait at their hosts`,
            'keep it if losing no event matters more than seeing them at once',
          ),
  },
]

/** What is good and what should change on the Redis of a fleet of so many hosts. */
export function adviceOn(facts: ServerFacts, hosts: number): readonly Finding[] {
  return [versionFinding(facts), ...settingFindings(facts, hosts)]
}

function settingFindings(facts: ServerFacts, hosts: number): readonly Finding[] {
  if (facts.config.size === 0) {
    const text = 'may not be read by this user: nothing is known about it'
    return [{ about: 'redis configuration', verdict: 'warning', text, next: 'allow +config|get' }]
  }
  return checks.flatMap(({ about, says }) => {
    const value = facts.config.get(about)
    if (value === undefined) return []
    const advice = says(value, facts, hosts)
    return [{ about: `redis ${about}`, ...(advice ?? { verdict: 'ok' as const, text: value }) }]
  })
}

function versionFinding({ info }: ServerFacts): Finding {
  const about = 'redis version'
  // Valkey calls itself Redis 7.2.4 for old clients, and tells its own version beside it.
  const valkey = info.get('valkey_version')
  if (valkey !== undefined) return { about, verdict: 'ok', text: `Valkey ${valkey}` }
  const version = info.get('redis_version')
  if (version === undefined) {
    return { about, verdict: 'warning', text: 'unknown: INFO may not be read', next: 'allow +info' }
  }
  const major = Number(version.split('.')[0])
  if (major >= 7) return { about, verdict: 'ok', text: version }
  const text = `${version}: channels cannot be restricted by direction before 7.0`
  return {
    about,
    verdict: major >= 6 ? 'warning' : 'problem',
    text,
    next: 'upgrade to 7.0 or later',
  }
}

function warning(text: string, next: string): Advice {
  return { verdict: 'warning', text, next }
}

function limitedMemory(config: ReadonlyMap<string, string>): boolean {
  return Number(config.get('maxmemory') ?? 0) > 0
}

/** `normal 0 0 0 slave … pubsub 33554432 8388608 60`: the hard limit is what matters. */
function isEnoughForPubsub(value: string): boolean {
  const hard = /pubsub (\S+)/.exec(value)?.[1] ?? '0'
  return hard === '0' || (parseBytes(hard) ?? 0) >= 32 * 1024 ** 2
}
