import type { Verb } from './verb.ts'

/** Updates of services through git. */
export const onSource: readonly Verb[] = [
  {
    name: 'pull',
    words: '<service> [commit]',
    text: 'fetch its source, run post_update, reload; or take it back',
    example: 'troupe pull api',
    load: async () => (await import('./verbs/pull.ts')).pull,
  },
  {
    name: 'forward',
    words: '<service...>',
    text: 'the same, to the next commit',
    example: 'troupe forward api',
    load: async () => (await import('./verbs/pull.ts')).forward,
  },
  {
    name: 'backward',
    words: '<service...>',
    text: 'the same, to the commit before',
    example: 'troupe backward api',
    load: async () => (await import('./verbs/pull.ts')).backward,
  },
]
