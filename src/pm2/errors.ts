import { TroupeError } from '../base/errors.ts'
import { DeclarationError, type Problem } from '../declaration/problem.ts'
import { Several } from './several.ts'

/** What is said where a target means nothing, as PM2 words it. */
export function asPm2(message: string): (thrown: unknown) => never {
  return (thrown: unknown): never => {
    if (isUnknown(thrown)) throw new Error(message, { cause: thrown })
    throw thrown
  }
}

/** PM2 has other words for an id, and for `all` where nothing is. */
export function unknownTarget(
  target: unknown,
  name = 'process or namespace not found',
): (thrown: unknown) => never {
  if (target === 'all') return asPm2('process name not found')
  return asPm2(/^\d+$/.test(String(target)) ? `${String(target)} : id unknown` : name)
}

/** Whether nothing answers to that name; PM2 often takes this for an empty list. */
export function isUnknown(thrown: unknown): boolean {
  return TroupeError.is(thrown, 'E_NO_SUCH_SERVICE')
}

/**
 * What is wrong with apps, in PM2's shape: one error where a script was named, and otherwise an array with one for each problem.
 *
 * @throws Several for such an array
 */
export function asProblems(thrown: unknown, isScript: boolean): never {
  if (!(thrown instanceof DeclarationError)) throw thrown
  const errors = thrown.problems.map((each) => new Error(sentenceOf(each), { cause: thrown }))
  const [first] = errors
  if (isScript && errors.length === 1 && first !== undefined) throw first
  if (isScript) throw thrown
  throw new Several(errors, thrown.message)
}

const missing = 'there is no '

function sentenceOf({ path, expected, got, hint = '' }: Problem): string {
  if (/(^|\.)(script|exec|cmd|command)$/.test(path)) {
    if (got === undefined) return 'No script path - aborting'
    if (hint.startsWith(missing)) return `Script not found: ${hint.slice(missing.length)}`
  }
  const what = `expected ${expected}${hint === '' ? '' : ` (${hint})`}`
  return path === '' ? what : `${path}: ${what}`
}
