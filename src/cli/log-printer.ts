import type { LogLine } from '../protocol/answers.ts'
import type { InstanceView } from '../protocol/views.ts'
import type { Options } from './call.ts'
import type { Screen } from './screen.ts'
import { dateTime } from './times.ts'

type Source = Pick<LogLine, 'service' | 'slot' | 'stream'>

/** Prints lines of logs as they come, each with whose it is. */
export class LogPrinter {
  readonly #ids: ReadonlyMap<string, number>
  readonly #nameWidth: number
  readonly #screen: Screen
  readonly #isJson: boolean
  readonly #isTimed: boolean
  #tail: string | undefined

  constructor(instances: readonly InstanceView[], screen: Screen, options: Options) {
    this.#ids = new Map(instances.map((view) => [`${view.service}#${view.slot}`, view.id]))
    this.#nameWidth = Math.max(0, ...instances.map(({ service }) => service.length))
    this.#screen = screen
    this.#isJson = options.json === true
    this.#isTimed = options.timestamp === true
  }

  print({ mark: _mark, ...line }: LogLine): void {
    const id = this.#ids.get(`${line.service}#${line.slot}`)
    if (this.#isJson) {
      this.#screen.print(JSON.stringify(id === undefined ? line : { id, ...line }))
      return
    }
    if (line.at === undefined) this.#head(line)
    this.#screen.print(`${this.#time(line)}${this.#prefix(line, id)} ${line.line}`)
  }

  /** Lines that stood there before come file by file. */
  #head({ service, slot, stream }: Source): void {
    const source = `${service}#${slot} ${stream}`
    if (source === this.#tail) return
    this.#tail = source
    this.#screen.print(this.#screen.paint.faint(`── ${source}, last lines`))
  }

  #time({ at }: LogLine): string {
    if (!this.#isTimed || at === undefined) return ''
    return `${this.#screen.paint.faint(dateTime(new Date(at)))} `
  }

  #prefix({ service, slot, stream }: Source, id: number | undefined): string {
    const { good, bad } = this.#screen.paint
    // An instance that came later has no number here; its slot is the next best.
    const prefix = `${id ?? `#${slot}`}|${service.padEnd(this.#nameWidth)} |`
    return stream === 'out' ? good(prefix) : bad(prefix)
  }
}
