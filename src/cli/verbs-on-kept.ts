import type { Verb } from './verb.ts'

/** Verbs about what was declared once. */
export const onKept: readonly Verb[] = [
  {
    name: 'save',
    aliases: ['dump'],
    text: 'keep what is declared now',
    example: 'troupe save',
    load: async () => (await import('./verbs/save.ts')).save,
  },
  {
    name: 'resurrect',
    text: 'bring back what was saved',
    example: 'troupe resurrect',
    load: async () => (await import('./verbs/resurrect.ts')).resurrect,
  },
  {
    name: 'cleardump',
    text: 'forget what was saved',
    example: 'troupe cleardump',
    load: async () => (await import('./verbs/save.ts')).clear,
  },
]
