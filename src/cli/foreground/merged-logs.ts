import type { LogLine } from '../../protocol/answers.ts'
import type { Screen } from '../screen.ts'

/** How lines of several services are shown on one screen. */
export interface Look {
  readonly screen: Screen
  readonly isJson: boolean
  /** Whether a line has to say whose it is. */
  readonly hasNames: boolean
  /** Services whose instances have a log each. */
  readonly numbered: ReadonlySet<string>
}

/** Prints the lines of all services as they come, out to standard output and err to standard error, each once. */
export class MergedLogs {
  readonly #look: Look
  readonly #marks = new Map<string, string>()

  constructor(look: Look) {
    this.#look = look
  }

  /** Where each log is to be read on. */
  get marks(): readonly string[] {
    return [...this.#marks.values()]
  }

  /** A line that was there before: it is not printed, only what comes behind it. */
  pass({ service, slot, stream, mark }: LogLine): void {
    if (mark !== undefined) this.#marks.set(`${service}#${slot} ${stream}`, mark)
  }

  print(line: LogLine): void {
    this.pass(line)
    const text = this.#textOf(line)
    if (line.stream === 'out') this.#look.screen.print(text)
    else this.#look.screen.note(text)
  }

  #textOf({ mark: _mark, ...line }: LogLine): string {
    const { isJson, hasNames, numbered, screen } = this.#look
    if (isJson) return JSON.stringify(line)
    if (!hasNames) return line.line
    const { service, slot } = line
    const name = numbered.has(service) ? `${service}#${slot}` : service
    return `${screen.paint.faint(`${name} |`)} ${line.line}`
  }
}
