import type { Verb } from './verb.ts'

/** What is said to the processes themselves. */
export const toProcesses: readonly Verb[] = [
  {
    name: 'signal',
    aliases: ['sendSignal'],
    words: '<signal> <service...>',
    text: 'send a signal to the processes',
    example: 'troupe signal SIGUSR2 api',
    load: async () => (await import('./verbs/signal.ts')).signal,
  },
  {
    name: 'send',
    words: '<service> [line...]',
    text: 'write a line to standard input, or send a message',
    example: `troupe send api --message '{"level":"debug"}'`,
    options: [['--message', "heard by process.on('message'); what reads as JSON is that"]],
    load: async () => (await import('./verbs/send.ts')).send,
  },
  {
    name: 'attach',
    words: '<service> [separator]',
    text: 'type to one instance and read its log',
    example: 'troupe attach worker#0',
    load: async () => (await import('./verbs/attach.ts')).attach,
  },
  {
    name: 'trigger',
    words: '<service> <action> [param]',
    text: 'ask for an action that the processes offer',
    example: 'troupe trigger api clear-cache users',
    options: [['--deadline <time>', 'how long an answer may take (30s)']],
    load: async () => (await import('./verbs/trigger.ts')).trigger,
  },
]
