/** A line longer than this is no line of ours. */
const longest = 16 * 1024 ** 2

/**
 * Cuts what arrives on a socket into lines of JSON. A line that is none is dropped: both ends are ours, and neither
 * must fall because of the other.
 */
export class JsonLines<T> {
  #rest = ''
  readonly #hear: (line: T) => void

  constructor(hear: (line: T) => void) {
    this.#hear = hear
  }

  /** `chunk` is text that a stream has decoded already. */
  take(chunk: string): void {
    // What came before holds no line break: only the chunk is searched, and joined on once.
    const [first = '', ...others] = chunk.split('\n')
    this.#rest += first
    if (this.#rest.length > longest) this.#rest = ''
    for (const next of others) {
      const line = this.#rest
      this.#rest = next
      const parsed = parse<T>(line)
      if (parsed !== undefined) this.#hear(parsed)
    }
  }
}

/** One line of JSON. */
export function lineOf(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}

function parse<T>(line: string): T | undefined {
  try {
    const value: unknown = JSON.parse(line)
    // The sender is the same version of this code, or says in its greeting that it is not.
    return typeof value === 'object' && value !== null ? (value as T) : undefined
  } catch {
    return undefined
  }
}
