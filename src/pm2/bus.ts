import type { Troupe } from '../control/troupe.ts'
import type { LifecycleEvent } from '../protocol/envelope.ts'
import { shortType } from '../protocol/events.ts'
import type { Bookmark, LogLine } from '../protocol/answers.ts'
import { busPackets, killEvent, logPacket, managerPacket } from './bus-events.ts'
import type { ProcessDescription } from './process-description.ts'

/** Hears one event, or with a wildcard what it stands for and then the packet. */
export type BusListener = (...args: readonly unknown[]) => void

/** What a bus listens through: one connection, and whoever can describe the processes that an event is about. */
export interface Ports {
  readonly troupe: Troupe
  /** The next manager, after the one of `troupe` is gone; undefined when none comes by itself. */
  readonly back: () => Promise<Troupe | undefined>
  readonly describe: (service: string) => Promise<readonly ProcessDescription[]>
  /** Where in the events of the manager it begins. */
  readonly bookmark: Bookmark
}

/** What `launchBus` gives: every event that PM2 would tell, as it happens. Nothing is replayed. */
export class Bus {
  readonly #ports: Ports
  readonly #listeners = new Map<string, Set<BusListener>>()
  readonly #known = new Map<string, readonly ProcessDescription[]>()
  readonly #end = new AbortController()
  #troupe: Troupe
  #bookmark: Bookmark
  /** Where each log was read up to. */
  readonly #marks = new Map<string, string>()
  #hasLogs = false
  #isKilled = false

  constructor(ports: Ports) {
    this.#ports = ports
    this.#troupe = ports.troupe
    this.#bookmark = ports.bookmark
    void this.#live()
  }

  on(event: string, listener: BusListener): this {
    const listeners = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, listeners.add(listener))
    if (event === '*' || event.startsWith('log:')) this.#followLogs()
    return this
  }

  /** Without a listener, all of that event are forgotten. */
  off(event: string, listener?: BusListener): this {
    if (listener === undefined) this.#listeners.delete(event)
    else this.#listeners.get(event)?.delete(listener)
    return this
  }

  /** The caller has ended the manager, which may have hung up before its last event was read. */
  killed(): void {
    if (!this.#isKilled) this.#emit(killEvent, { status: 'killed', msg: 'the manager was killed' })
    this.close()
  }

  close(): void {
    this.#stop()
    this.#listeners.clear()
  }

  #stop(): void {
    this.#end.abort()
  }

  /** Over the deaths of managers: each goes on where the one before it ended. */
  async #live(): Promise<void> {
    for (;;) {
      await this.#follow().catch(() => {})
      const isOver = this.#end.signal.aborted || this.#isKilled
      const troupe = isOver ? undefined : await this.#ports.back().catch(() => undefined)
      // A manager that was sent away has nothing more to tell.
      if (troupe === undefined) return this.#stop()
      this.#troupe = troupe
      if (this.#hasLogs) this.#readLogs()
    }
  }

  async #follow(): Promise<void> {
    const after = this.#bookmark
    for await (const item of this.#troupe.events({ signal: this.#end.signal, after })) {
      this.#bookmark = item.bookmark
      if (item.kind !== 'event') continue
      const processes = await this.#concerned(item.event)
      const packets = [...busPackets(item.event, processes), managerPacket(item.event)]
      for (const { event, packet } of packets) {
        if (event === killEvent) this.#isKilled = true
        this.#emit(event, packet)
      }
    }
  }

  async #concerned({ type, data }: LifecycleEvent): Promise<readonly ProcessDescription[]> {
    const { service, services = service === undefined ? [] : [service] } = data as {
      readonly service?: string
      readonly services?: readonly string[]
    }
    const isNew = shortType(type) === 'instance.online'
    const found: ProcessDescription[] = []
    // oxlint-disable-next-line no-await-in-loop
    for (const each of services) found.push(...(await this.#processesOf(each, isNew)))
    return found
  }

  /** What is gone by now is remembered as it was. */
  async #processesOf(service: string, isNew: boolean): Promise<readonly ProcessDescription[]> {
    const known = this.#known.get(service)
    if (known !== undefined && !isNew) return known
    const found = await this.#ports.describe(service)
    if (found.length > 0) this.#known.set(service, found)
    return found.length > 0 ? found : (known ?? [])
  }

  #followLogs(): void {
    if (this.#hasLogs || this.#end.signal.aborted) return
    this.#hasLogs = true
    this.#readLogs()
  }

  #readLogs(): void {
    const { signal } = this.#end
    const onProgress = (line: unknown): void => {
      // A manager that goes while a line is looked into takes the line with it.
      this.#tellLine(line as LogLine).catch(() => {})
    }
    const after = [...this.#marks.values()]
    this.#troupe
      .command('logs', [], { lines: 0, follow: true, after }, { signal, onProgress })
      // It ends with the signal, or with a manager, after which it is read on.
      .catch(() => {})
  }

  async #tellLine(line: LogLine): Promise<void> {
    const { service, slot, stream, mark } = line
    if (mark !== undefined) this.#marks.set(`${service}#${slot} ${stream}`, mark)
    const [of] = (await this.#processesOf(service, false)).filter(
      ({ pm2_env }) => pm2_env['NODE_APP_INSTANCE'] === slot,
    )
    if (of === undefined) return
    const { event, packet } = logPacket(line, of)
    this.#emit(event, packet)
  }

  #emit(event: string, packet: unknown): void {
    for (const [wanted, listeners] of this.#listeners) {
      const star = starOf(wanted, event)
      for (const listener of listeners) {
        if (wanted === event) call(listener, packet)
        else if (star !== undefined) call(listener, star, packet)
      }
    }
  }
}

/** What a listener throws is its program's affair, as with any emitter, and does not end the bus. */
function call(listener: BusListener, ...args: readonly unknown[]): void {
  queueMicrotask(() => listener(...args))
}

/** What a `*` stands for in an event; undefined when it does not fit. */
function starOf(wanted: string, event: string): string | undefined {
  const at = wanted.indexOf('*')
  if (at === -1) return undefined
  const [before, after] = [wanted.slice(0, at), wanted.slice(at + 1)]
  const fits = event.startsWith(before) && event.endsWith(after)
  return fits ? event.slice(before.length, event.length - after.length) : undefined
}
