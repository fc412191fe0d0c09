import type { ServiceTarget } from '../protocol/operations.ts'

/** `api#2` is one instance of `api`; everything else is a name as it stands. */
export function targetsFrom(services: string | readonly string[]): readonly ServiceTarget[] {
  return [services].flat().map(targetFrom)
}

function targetFrom(text: string): ServiceTarget {
  const [, name, slot] = /^(.+)#(\d+)$/.exec(text) ?? []
  return name === undefined ? { name: text } : { name, slot: Number(slot) }
}

/** What a single word after `start` means. */
export type Startable = 'declaration' | 'script' | 'service'

const declarationFile = /\.(json|json5|jsonc|ya?ml)$|[.-]config\.[cm]?[jt]s$/i
const scriptFile = /\.([cm]?[jt]sx?|sh|py|rb|php|pl|lua|exe|bin|jar)$/i

/** `-` is a declaration on standard input. Reads the word alone: whether the file is there is for whoever opens it to say. */
export function startableFrom(word: string): Startable {
  if (/^\/.*\/$/.test(word)) return 'service'
  if (word === '-') return 'declaration'
  if (declarationFile.test(word)) return 'declaration'
  return word.includes('/') || scriptFile.test(word) ? 'script' : 'service'
}
