import { aroundIt } from './verbs-around.ts'
import { fromFile, grace, ofList, ofScript, updateEnv } from './options.ts'
import { onKept } from './verbs-on-kept.ts'
import { onSource } from './verbs-on-source.ts'
import { toProcesses } from './verbs-to-processes.ts'
import type { Verb } from './verb.ts'

const prune = ['--prune', 'remove what came from this file and is in it no more'] as const

const onServices: readonly Verb[] = [
  {
    name: 'start',
    words: '[file|script|service...]',
    text: 'declare and start services',
    example: 'troupe start app.js --name api -- --port 3000',
    options: [...fromFile, ...ofScript],
    load: async () => (await import('./verbs/start.ts')).start,
  },
  {
    name: 'stop',
    words: '<service|file...>',
    text: 'stop services',
    example: 'troupe stop api worker#2',
    options: [...fromFile, grace],
    load: async () => (await import('./verbs/stop.ts')).stop,
  },
  {
    name: 'restart',
    aliases: ['startOrRestart'],
    words: '<service|file...>',
    text: 'stop and start; declare a file anew; -- takes new arguments',
    example: "troupe restart '/^web-/'",
    options: [...fromFile, grace, updateEnv],
    load: async () => (await import('./verbs/restart.ts')).restart,
  },
  {
    name: 'reload',
    aliases: ['gracefulReload', 'startOrReload', 'startOrGracefulReload'],
    words: '<service|file...>',
    text: 'replace processes one at a time, without a gap',
    example: 'troupe reload processes.json',
    options: [...fromFile, updateEnv],
    load: async () => (await import('./verbs/reload.ts')).reload,
  },
  {
    name: 'plan',
    words: '[file]',
    text: 'what apply would do; exits with 2 if anything',
    example: 'troupe plan processes.json',
    options: [...fromFile, prune],
    load: async () => (await import('./verbs/plan.ts')).plan,
  },
  {
    name: 'apply',
    words: '[file]',
    text: 'make what a file says so, and touch nothing else',
    example: 'troupe apply processes.json --plan 1f3a90c2b7de',
    options: [...fromFile, prune, ['--plan <digest>', 'only what this plan showed']],
    load: async () => (await import('./verbs/apply.ts')).apply,
  },
  {
    name: 'scale',
    words: '<service> <count>',
    text: 'so many instances, or +2 more, or -1 fewer',
    example: 'troupe scale api +2',
    load: async () => (await import('./verbs/scale.ts')).scale,
  },
  {
    name: 'reset',
    words: '<service...>',
    text: 'forget failures and restarts',
    example: 'troupe reset api',
    load: async () => (await import('./verbs/reset.ts')).reset,
  },
  ...toProcesses,
  ...onSource,
  {
    name: 'delete',
    aliases: ['del'],
    words: '<service|file...>',
    text: 'stop services and forget them',
    example: 'troupe delete all',
    options: [...fromFile, grace],
    load: async () => (await import('./verbs/delete.ts')).remove,
  },
  ...onKept,
]

const looking: readonly Verb[] = [
  {
    name: 'list',
    aliases: ['ls', 'l', 'ps', 'status'],
    words: '[service...]',
    text: 'what every instance is doing',
    example: 'troupe list --sort memory:desc',
    options: ofList,
    load: async () => (await import('./verbs/list.ts')).list,
  },
  {
    name: 'jlist',
    text: 'the same as JSON, in the shape of PM2',
    example: "troupe jlist | jq '.[].pm2_env.status'",
    load: async () => (await import('./verbs/jlist.ts')).jlist,
  },
  {
    name: 'prettylist',
    text: 'jlist for people',
    example: 'troupe prettylist',
    load: async () => (await import('./verbs/jlist.ts')).prettylist,
  },
  {
    name: 'describe',
    aliases: ['desc', 'info', 'show'],
    words: '<service...>',
    text: 'everything about services',
    example: 'troupe describe api',
    load: async () => (await import('./verbs/describe.ts')).describe,
  },
  {
    name: 'logs',
    aliases: ['log'],
    words: '[service...]',
    text: 'last lines of logs, and every new one',
    example: 'troupe logs api --err --lines 50',
    options: [
      ['--lines <count>', 'lines of each file to begin with (15)'],
      ['--err', 'only standard error'],
      ['--out', 'only standard output'],
      ['--timestamp [format]', 'when each new line was read, such as "HH:mm:ss"'],
      ['--highlight <text|/pattern/>', 'mark it where it stands'],
      ['--raw', 'the lines alone, without whose they are'],
      ['--format', 'key=value pairs'],
      ['--nostream', 'only what stands there now'],
    ],
    load: async () => (await import('./verbs/logs.ts')).logs,
  },
  {
    name: 'flush',
    words: '[service...]',
    text: 'empty the logs, of all services or of these',
    example: 'troupe flush worker',
    load: async () => (await import('./verbs/flush.ts')).flush,
  },
  {
    name: 'env',
    words: '<service...>',
    text: 'names of the variables that a service gets',
    example: 'troupe env api',
    options: [['--values', 'and what its processes here were started with']],
    load: async () => (await import('./verbs/env.ts')).env,
  },
  {
    name: 'pid',
    words: '[service...]',
    text: 'pids, one a line, 0 for what does not run',
    example: 'troupe pid api',
    load: async () => (await import('./verbs/pid.ts')).pid,
  },
  {
    name: 'id',
    words: '<service>',
    text: 'ids of the instances of a service',
    example: 'troupe id api',
    load: async () => (await import('./verbs/pid.ts')).id,
  },
  {
    name: 'events',
    text: 'what happened, a sentence a line',
    example: 'troupe events --since 10m --type instance.exited --service api',
    options: [
      ['-f, --follow', 'and what happens from now on'],
      ['--since <time>', 'all since then: 10m (ago) or a date'],
      ['--type <types>', 'only these, such as instance.exited or command'],
      ['--service <name>', 'only about this service'],
      ['--lines <count>', 'at most so many (50, or all with --since)'],
    ],
    load: async () => (await import('./verbs/events.ts')).events,
  },
  {
    name: 'why',
    words: '[service...]',
    text: 'how a service came to be as it is',
    example: 'troupe why worker',
    load: async () => (await import('./verbs/why.ts')).why,
  },
  {
    name: 'watch',
    words: '[service...]',
    text: 'what files restart services when they change',
    example: 'troupe watch api --explain src/app.js',
    options: [['--explain <path>', 'whether a change of it would, and which rule says so']],
    load: async () => (await import('./verbs/watch.ts')).watch,
  },
]

const onManager: readonly Verb[] = [
  {
    name: 'ping',
    text: 'is the manager there? if not, start it',
    example: 'troupe ping',
    load: async () => (await import('./verbs/ping.ts')).ping,
  },
  {
    name: 'hosts',
    text: 'the hosts of the fleet; exits with 1 unless all are up',
    example: 'troupe hosts',
    load: async () => (await import('./verbs/hosts.ts')).hosts,
  },
  {
    name: 'kill',
    text: 'stop every service and the manager',
    example: 'troupe kill',
    options: [['--keep', 'for a shutdown: the next manager starts them again']],
    load: async () => (await import('./verbs/kill.ts')).kill,
  },
  {
    name: 'detach',
    text: 'the manager leaves, services stay',
    example: 'troupe detach',
    load: async () => (await import('./verbs/detach.ts')).detach,
  },
  {
    name: 'config',
    words: '[words...]',
    text: 'settings: list, get, set, unset',
    example: 'troupe config set redis.url redis://127.0.0.1:6379',
    load: async () => (await import('./verbs/config.ts')).config,
  },
  {
    name: 'keys',
    words: '[words...]',
    text: 'keys that may command: list, new, trust',
    example: 'troupe keys new anna',
    load: async () => (await import('./verbs/keys.ts')).keys,
  },
  {
    name: 'sign',
    words: '<words...>',
    text: 'sign a command for Redis',
    example: 'troupe sign restart api | redis-cli -x PUBLISH troupe:main:cmd:svc:api',
    options: [
      ['--channel <channel>', 'where it counts; by default the channel of the service'],
      ['--key <name|file>', 'who signs; by default your only key'],
    ],
    load: async () => (await import('./verbs/sign.ts')).sign,
  },
  {
    name: 'schema',
    text: 'the JSON Schema of declarations',
    example: 'troupe schema > processes.schema.json',
    load: async () => (await import('./verbs/schema.ts')).schema,
  },
  {
    name: 'doctor',
    text: 'check home, socket, Redis, clock, boot',
    example: 'troupe doctor',
    load: async () => (await import('./verbs/doctor.ts')).doctor,
  },
]

/** Every verb, in the order of the help, by what it is about. */
export const catalogue: Readonly<Record<string, readonly Verb[]>> = {
  'Services:': onServices,
  'What goes on:': looking,
  'The manager:': onManager,
  'At boot, and around:': aroundIt,
}
