import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { shortId } from '../base/ids.ts'
import {
  eventFrom,
  type LifecycleEvent,
  padSequence,
  type Producer,
  withLogPosition,
} from '../protocol/envelope.ts'
import type { EventDraft } from '../protocol/events.ts'
import type { Bookmark } from '../protocol/answers.ts'

/** One event as it stands on disk: `body` is its JSON without a position in any log. */
export interface JournalEntry {
  readonly seq: number
  readonly body: string
}

interface Options {
  readonly dir: string
  readonly ns: string
  readonly host: string
  readonly clock: Clock
  /** Told once when the disk refuses, and once when it takes events again. */
  onTrouble(why: string | undefined): void
}

/** A segment is put aside at this size; one older segment is kept. */
const segmentBytes = 16 * 1024 * 1024
/** What is held in memory for `why`, watchers and the bus. */
const heldEntries = 5_000
/** How long what was read from the disk is kept. */
const keptReadMs = 2_000
/** Enough for {@link heldEntries} of the usual size. */
const tailBytes = 4 * 1024 * 1024

/**
 * Every event of this host, in order, numbered upwards, on disk before anybody hears of it. Numbers have no gap
 * but where a journal lost its end and goes on above what others know ({@link EventJournal.skipTo}).
 *
 * It is what the outbox replays after an outage and what makes a number unique across
 * the deaths of managers. Writes are not flushed to the platter: an event survives the
 * manager at any instant, and a crash of the machine may cost the last ones.
 */
export class EventJournal {
  readonly producer: Producer
  readonly #options: Options
  readonly #path: string
  readonly #held: JournalEntry[] = []
  #seq = 0
  #bytes = 0
  #trouble: string | undefined
  /** The last write may have left half a line. */
  #isTorn = false
  #read: readonly JournalEntry[] | undefined

  constructor(options: Options) {
    this.#options = options
    this.#path = join(options.dir, 'events.jsonl')
    const epoch = this.#recall()
    this.producer = { ns: options.ns, host: options.host, epoch }
  }

  get lastSeq(): number {
    return this.#seq
  }

  /** Goes on above a number that is taken, although the journal has lost who took it. */
  skipTo(seq: number): void {
    this.#seq = Math.max(this.#seq, seq)
  }

  append(draft: EventDraft): JournalEntry & { readonly event: LifecycleEvent } {
    const seq = this.#seq + 1
    const event = eventFrom(draft, this.producer, seq, this.#options.clock.date())
    const entry = { seq, body: JSON.stringify(event) }
    this.#seq = seq
    this.#write(`${entry.body}\n`)
    this.#held.push(entry)
    if (this.#held.length > heldEntries) this.#held.splice(0, heldEntries / 5)
    return { ...entry, event }
  }

  /** Entries after `seq`, oldest first, as far back as memory goes. */
  after(seq: number): readonly JournalEntry[] {
    // Numbers may have been skipped, so the place of an entry is looked for.
    const at = this.#held.findIndex((entry) => entry.seq > seq)
    return at === -1 ? [] : this.#held.slice(at)
  }

  /** Entries after `seq`, oldest first, as far back as the disk goes: for whoever was away for long. */
  everyAfter(seq: number): readonly JournalEntry[] {
    const first = this.#held[0]?.seq ?? this.#seq + 1
    if (seq + 1 >= first) return this.after(seq)
    const older = this.#older(first).filter((entry) => entry.seq > seq && entry.seq < first)
    return [...older, ...this.#held]
  }

  /** What the disk holds, kept for a moment: whoever reads history reads page after page. */
  #older(first: number): readonly JournalEntry[] {
    const kept = this.#read
    if (kept !== undefined && (kept.at(-1)?.seq ?? 0) >= first - 1) return kept
    const read = [`${this.#path}.1`, this.#path].flatMap((path) => this.#readSegment(path))
    this.#read = read
    this.#options.clock.after(keptReadMs, () => (this.#read = undefined))
    return read
  }

  /** The entries of this epoch in one file. */
  #readSegment(path: string): readonly JournalEntry[] {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
    return text.split('\n').flatMap((body) => {
      const id = idIn(body)
      return id?.epoch === this.producer.epoch ? [{ seq: id.seq, body }] : []
    })
  }

  /** Whether the end of this launch is in the journal, as far back as memory goes. */
  hasExit(service: string, slot: number, incarnation: number): boolean {
    return this.#held.some(({ body }) => {
      if (!body.includes('"type":"dev.troupe.instance.exited.v1"')) return false
      const { data } = parsed({ seq: 0, body })
      return data.service === service && data.slot === slot && data.incarnation === incarnation
    })
  }

  bookmark(): Bookmark {
    return { epoch: this.producer.epoch, sequence: this.#seq, lastId: positionOf(this.#seq) }
  }

  #write(line: string): void {
    try {
      if (this.#bytes > segmentBytes) this.#rotate()
      appendFileSync(this.#path, this.#isTorn ? `\n${line}` : line, { mode: 0o600 })
      this.#bytes += Buffer.byteLength(line)
      this.#isTorn = false
      this.#report(undefined)
    } catch (thrown) {
      this.#isTorn = true
      this.#report(thrown instanceof Error ? thrown.message : String(thrown))
    }
  }

  /** `onTrouble` may itself append, so the change is noted before it is told. */
  #report(trouble: string | undefined): void {
    if ((this.#trouble === undefined) === (trouble === undefined)) return
    this.#trouble = trouble
    this.#options.onTrouble(trouble)
  }

  #rotate(): void {
    renameSync(this.#path, `${this.#path}.1`)
    this.#bytes = 0
  }

  /** Reads the end of the journal; a line torn by a crash is cut off. Returns the epoch to go on with. */
  #recall(): string {
    const path = existsSync(this.#path) ? this.#path : `${this.#path}.1`
    const { text, bytes } = readTail(path)
    if (path === this.#path) this.#bytes = bytes
    let epoch: string | undefined
    for (const body of text.split('\n')) {
      const id = idIn(body)
      if (id === undefined) continue
      epoch = id.epoch
      this.#seq = id.seq
      this.#held.push({ seq: id.seq, body })
    }
    if (this.#held.length > heldEntries) this.#held.splice(0, this.#held.length - heldEntries)
    return epoch ?? shortId()
  }
}

/** Every line begins with this, and holds it once: quotes within an event are escaped. */
const lineStart = '{"specversion"'

/** Reads an event's id without parsing the event. */
function idIn(body: string): { readonly epoch: string; readonly seq: number } | undefined {
  const [, epoch, digits] = /"id":"[^"]*\.([a-z0-9]+)\.(\d+)"/.exec(body) ?? []
  const seq = Number(digits)
  const isWhole = body.endsWith('}') && body.lastIndexOf(lineStart) === 0
  if (epoch === undefined || !Number.isSafeInteger(seq) || !isWhole) return undefined
  return { epoch, seq }
}

/** Where an event stands in the local log, in the form of a stream id. */
export function positionOf(seq: number): string {
  return `${seq}-0`
}

/** The event as a watcher of the local log gets it. */
export function positioned({ seq, body }: JournalEntry): string {
  return withLogPosition(body, positionOf(seq), seq)
}

/** When an event happened, ms since 1970, without parsing the event. */
export function timeOf({ body }: JournalEntry): number {
  return Date.parse(/"time":"([^"]+)"/.exec(body)?.[1] ?? '')
}

/** The event as whoever asks for it sees it, with its position and its number in the journal. */
export function parsed({ seq, body }: JournalEntry): LifecycleEvent {
  // Bodies are written by this class alone, from LifecycleEvents.
  const event = JSON.parse(body) as LifecycleEvent
  return { ...event, logid: positionOf(seq), sequence: padSequence(seq) }
}

function readTail(path: string): { text: string; bytes: number } {
  if (!existsSync(path)) return { text: '', bytes: 0 }
  const fd = openSync(path, 'r+')
  try {
    const { size } = fstatSync(fd)
    const from = Math.max(0, size - tailBytes)
    const buffer = Buffer.alloc(size - from)
    readSync(fd, buffer, 0, buffer.length, from)
    const end = buffer.lastIndexOf(0x0a) + 1
    if (end < buffer.length) ftruncateSync(fd, from + end)
    const start = from === 0 ? 0 : buffer.indexOf(0x0a) + 1
    return { text: buffer.toString('utf8', start, end), bytes: from + end }
  } finally {
    closeSync(fd)
  }
}
