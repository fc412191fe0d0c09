import { expect, test } from 'vitest'
import { adviceOn } from '../../src/bus/advice.ts'

const good: readonly [string, string][] = [
  ['maxmemory', '0'],
  ['maxmemory-policy', 'noeviction'],
  ['appendonly', 'yes'],
  ['appendfsync', 'everysec'],
  ['maxclients', '10000'],
  ['tcp-keepalive', '60'],
  ['timeout', '0'],
  ['client-output-buffer-limit', 'normal 0 0 0 slave 1 1 60 pubsub 33554432 8388608 60'],
  ['min-replicas-to-write', '0'],
]

const adviceWith = (
  config: readonly [string, string][],
  info: readonly [string, string][],
  hosts = 3,
) => adviceOn({ config: new Map([...good, ...config]), info: new Map(info) }, hosts)

test('a server as we like it gets no advice', () => {
  const findings = adviceWith([], [['redis_version', '7.0.15']])

  expect(findings.map(({ verdict }) => verdict)).not.toContain('warning')
  expect(findings.map(({ verdict }) => verdict)).not.toContain('problem')
  expect(findings).toHaveLength(9)
})

test.each<[what: string, config: [string, string][], verdict: string, next: RegExp]>([
  [
    'eviction with a limit',
    [
      ['maxmemory-policy', 'allkeys-lru'],
      ['maxmemory', '1'],
    ],
    'problem',
    /noeviction/,
  ],
  ['eviction without one', [['maxmemory-policy', 'allkeys-lru']], 'warning', /noeviction/],
  ['no append-only file', [['appendonly', 'no']], 'warning', /appendonly yes/],
  ['an append-only file never synced', [['appendfsync', 'no']], 'warning', /everysec/],
  ['too few connections for 50 hosts', [['maxclients', '149']], 'problem', /maxclients 150/],
  ['no keep-alive', [['tcp-keepalive', '0']], 'warning', /tcp-keepalive 60/],
  ['idle connections closed', [['timeout', '30']], 'warning', /timeout 0/],
  [
    'a small pub/sub buffer',
    [['client-output-buffer-limit', 'pubsub 1048576 0 0']],
    'warning',
    /pubsub/,
  ],
  ['replicas wanted', [['min-replicas-to-write', '1']], 'warning', /losing/],
])('%s', (_, config, verdict, next) => {
  const findings = adviceWith(config, [['redis_version', '7.2.0']], 50)

  const advice = findings.filter((finding) => finding.verdict !== 'ok')
  expect(advice).toMatchObject([{ verdict, next: expect.stringMatching(next) }])
})

test.each<[info: [string, string][], verdict: string, text: string]>([
  [[['redis_version', '7.0.15']], 'ok', '7.0.15'],
  [
    [
      ['redis_version', '7.2.4'],
      ['valkey_version', '8.1.0'],
    ],
    'ok',
    'Valkey 8.1.0',
  ],
  [
    [['redis_version', '6.2.0']],
    'warning',
    '6.2.0: channels cannot be restricted by direction before 7.0',
  ],
  [
    [['redis_version', '5.0.3']],
    'problem',
    '5.0.3: channels cannot be restricted by direction before 7.0',
  ],
  [[], 'warning', 'unknown: INFO may not be read'],
])('version %j is %s', (info, verdict, text) => {
  expect(adviceWith([], info)[0]).toMatchObject({ about: 'redis version', verdict, text })
})

test('what may not be read is said, not guessed', () => {
  const findings = adviceOn({ config: new Map(), info: new Map() }, 1)

  expect(findings.map(({ about }) => about)).toEqual(['redis version', 'redis configuration'])
})
