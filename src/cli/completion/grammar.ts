import { optionsOf } from '../verb-options.ts'
import type { Verb } from '../verb.ts'

/** An option as a shell completes it. */
export interface Flag {
  readonly short?: string
  readonly long: string
  readonly takesValue: boolean
  readonly text: string
}

/** What a shell has to know of one verb. */
export interface VerbGrammar {
  /** Its name first, then its aliases. */
  readonly names: readonly [string, ...string[]]
  readonly text: string
  readonly flags: readonly Flag[]
  readonly takesServices: boolean
  readonly takesFiles: boolean
  /** Words of which one may stand there. */
  readonly choices: readonly string[]
}

/** Places where any word may stand. */
const open = ['words', 'path', 'port']

/** Reads off the catalogue what can be completed; what is hidden is left out. */
export function grammarOf(verbs: readonly Verb[]): readonly VerbGrammar[] {
  return verbs.filter(({ isHidden = false }) => !isHidden).map(verbGrammar)
}

function verbGrammar(verb: Verb): VerbGrammar {
  const { name, aliases = [], words = '', text } = verb
  const options = optionsOf(verb)
  const places = words.match(/[\w.|]+/g)?.flatMap((place) => place.split('|')) ?? []
  const kinds = places.map((place) => place.replace('...', ''))
  const isFile = (kind: string): boolean => kind === 'file' || kind === 'script' || kind === 'path'
  return {
    names: [name, ...aliases],
    text,
    flags: [...options, ['--json', 'the answer as JSON'] as const].map(flagFrom),
    takesServices: kinds.includes('service'),
    takesFiles: kinds.some(isFile),
    choices: kinds.filter((kind) => kind !== 'service' && !isFile(kind) && !open.includes(kind)),
  }
}

function flagFrom([flags, text]: readonly [string, string]): Flag {
  const [, short, long = '', value] = /^(?:-(\w), )?--([\w-]+)( .*)?$/.exec(flags) ?? []
  return {
    ...(short === undefined ? {} : { short }),
    long,
    takesValue: value !== undefined,
    text,
  }
}
