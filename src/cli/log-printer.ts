import type { LogLine } from '../protocol/answers.ts'
import type { InstanceView } from '../protocol/views.ts'
import type { Options } from './call.ts'
import { highlighter } from './highlight.ts'
import type { Screen } from './screen.ts'
import { dateTime } from './times.ts'

type Source = Pick<LogLine, 'service' | 'slot' | 'stream'>

/** Prints lines of logs as they come, each with whose it is. */
export class LogPrinter {
  readonly #ids: ReadonlyMap<string, number>
  readonly #namespaces: ReadonlyMap<string, string>
  readonly #names: readonly string[]
  readonly #screen: Screen
  readonly #options: Options
  readonly #highlight: (text: string) => string
  #tail: string | undefined

  /** @throws TroupeError `E_USAGE` when what is to be highlighted is no pattern */
  constructor(instances: readonly InstanceView[], screen: Screen, options: Options) {
    this.#ids = new Map(instances.map((view) => [`${view.service}#${view.slot}`, view.id]))
    this.#namespaces = new Map(instances.map(({ service, namespace }) => [service, namespace]))
    this.#names = [...this.#namespaces.keys()]
    this.#screen = screen
    this.#options = options
    this.#highlight = highlighter(options.highlight, screen.paint.found)
  }

  print({ mark: _mark, ...line }: LogLine): void {
    const id = this.#ids.get(`${line.service}#${line.slot}`)
    const { json, raw, format } = this.#options
    if (json === true) {
      this.#screen.print(JSON.stringify(id === undefined ? line : { id, ...line }))
    } else if (format === true) {
      this.#screen.print(this.#pairs(line, id))
    } else if (raw === true) {
      this.#screen.print(`${this.#time(line)}${this.#highlight(line.line)}`)
    } else {
      if (line.at === undefined) this.#head(line)
      const text = this.#highlight(line.line)
      this.#screen.print(`${this.#time(line)}${this.#prefix(line, id)} ${text}`)
    }
  }

  /** Lines that stood there before come file by file. */
  #head({ service, slot, stream }: Source): void {
    const source = `${service}#${slot} ${stream}`
    if (source === this.#tail) return
    this.#tail = source
    this.#screen.print(this.#screen.paint.faint(`── ${source}, last lines`))
  }

  #time({ at }: LogLine): string {
    const { timestamp } = this.#options
    if (timestamp === undefined || at === undefined) return ''
    return `${this.#screen.paint.faint(dateTime(new Date(at), timestamp))} `
  }

  #prefix({ service, slot, stream }: Source, id: number | undefined): string {
    const { bad, accent } = this.#screen.paint
    const nameWidth = Math.max(0, ...this.#names.map((name) => name.length))
    // An instance that came later has no number here; its slot is the next best.
    const whose = accent(this.#names.indexOf(service) + 1)(
      `${id ?? `#${slot}`}|${service.padEnd(nameWidth)} `,
    )
    return `${whose}${stream === 'err' ? bad('|') : '|'}`
  }

  /** PM2's `--format`: what a machine reads line by line. */
  #pairs({ service, stream, line, at }: LogLine, id: number | undefined): string {
    const time = at === undefined ? '' : `timestamp=${dateTime(new Date(at)).replace(' ', 'T')} `
    const namespace = this.#namespaces.get(service) ?? 'default'
    return `${time}app=${service} namespace=${namespace} id=${id ?? ''} type=${stream} message=${line}`
  }
}
