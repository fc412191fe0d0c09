import { TroupeError } from '../../base/errors.ts'
import type { Call } from '../call.ts'
import { catalogue } from '../catalogue.ts'
import { bashCompletion } from '../completion/bash.ts'
import { fishCompletion } from '../completion/fish.ts'
import { grammarOf, type VerbGrammar } from '../completion/grammar.ts'
import { zshCompletion } from '../completion/zsh.ts'

const shells: Readonly<Record<string, (verbs: readonly VerbGrammar[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
}

/** Prints what makes a shell complete verbs, options and names of services. */
export async function completion({ words, options, place }: Call): Promise<number> {
  const [word = basename(place.env['SHELL'])] = words
  const render = Object.hasOwn(shells, word) ? shells[word] : undefined
  if (render === undefined) throw unknownShell(word)
  const script = render(grammarOf(Object.values(catalogue).flat()))
  if (options.json === true) place.screen.print(JSON.stringify({ shell: word, script }))
  else place.screen.write(script)
  return 0
}

function basename(path = ''): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function unknownShell(word: string): TroupeError {
  const what = word === '' ? 'for which shell?' : `nothing is known of how ${word} completes`
  return new TroupeError('E_USAGE', what, { hint: 'bash, zsh or fish: troupe completion bash' })
}
