import { TroupeError } from '../base/errors.ts'

/** One thing wrong with a declaration, and where. */
export interface Problem {
  /** As the author wrote it: `apps[1].max_memory_restart`; empty for the file as a whole. */
  readonly path: string
  readonly expected: string
  /** What stood there; undefined when nothing did. */
  readonly got: unknown
  /** What to do next, when `expected` does not say it. */
  readonly hint?: string
}

/** Thrown once, with everything that is wrong: nobody fixes a file one error at a time. */
export class DeclarationError extends TroupeError {
  readonly problems: readonly Problem[]

  /** `notes` are warnings that may explain a problem: a misspelt field is often the missing one. */
  constructor(file: string, problems: readonly Problem[], notes: readonly string[] = []) {
    const lines = [...problems.map(describe), ...notes.map((note) => `  note: ${note}`)]
    super('E_DECLARATION', [`${file} cannot be used:`, ...lines].join('\n'), {
      hint: 'nothing was started; correct this and run the command again',
    })
    this.problems = problems
  }
}

function describe({ path, expected, got, hint }: Problem): string {
  const where = path === '' ? '' : `${path}: `
  return `  ${where}expected ${expected}, got ${show(got)}${hint === undefined ? '' : ` (${hint})`}`
}

const longest = 100

/** A value on one line, as JSON where it can be. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = jsonOf(value) ?? `a ${typeof value}`
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text
}

function jsonOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  try {
    return JSON.stringify(value)
  } catch {
    // It holds itself, or a bigint.
    return undefined
  }
}

/** `apps[0]` and `env` make `apps[0].env`; what is no plain word stands in brackets. */
export function below(path: string, ...keys: readonly PropertyKey[]): string {
  return keys.reduce<string>((at, key) => {
    if (typeof key === 'number') return `${at}[${key}]`
    const word = String(key)
    if (!/^[\w$-]+$/.test(word)) return `${at}[${JSON.stringify(word)}]`
    return at === '' ? word : `${at}.${word}`
  }, path)
}
