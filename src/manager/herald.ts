import type { Cancel } from '../base/clock.ts'
import type { Carrier } from '../bus/carrier.ts'
import type { OutboxEvent } from '../bus/outbox-event.ts'
import type { LifecycleEvent } from '../protocol/envelope.ts'
import { type EventDraft, shortType } from '../protocol/events.ts'
import { type Channels, encodeName } from '../protocol/names.ts'
import { type EventJournal, type JournalEntry, parsed, positioned } from './event-journal.ts'

interface HeraldPorts {
  readonly journal: EventJournal
  readonly hub: Carrier
  readonly channels: Channels
  readonly host: string
  readonly report: (what: string, thrown: unknown) => void
}

/**
 * Tells what happens on this host: into the journal first, then to whoever listens at the
 * local door, then, in its own time, to the fleet.
 */
export class Herald {
  readonly #ports: HeraldPorts
  #fleet: ((event: OutboxEvent) => void) | undefined
  #overhear: (draft: EventDraft) => void = () => {}
  readonly #listeners = new Set<(event: LifecycleEvent) => void>()
  /** Events of the time before a fleet that is to come. */
  #early: OutboxEvent[] | undefined

  constructor(ports: HeraldPorts) {
    this.#ports = ports
  }

  /** Whoever carries events to the fleet; nobody while this host is alone. */
  set fleet(append: ((event: OutboxEvent) => void) | undefined) {
    this.#fleet = append
    if (append === undefined) return
    for (const event of this.#early ?? []) append(event)
    this.#early = undefined
  }

  /** Keeps events from now on for a fleet that will be joined. */
  expectFleet(): void {
    this.#early ??= []
  }

  /** Tells a part of this manager of every event, after everybody else could hear of it. */
  listen(hear: (event: LifecycleEvent) => void): Cancel {
    this.#listeners.add(hear)
    return () => this.#listeners.delete(hear)
  }

  /** Tells a part of this manager of everything that is announced, before it is cut to the size of an event. */
  overhear(hear: (draft: EventDraft) => void): void {
    this.#overhear = hear
  }

  /** Returns the id of the event, for those that it causes. */
  announce(draft: EventDraft): string {
    this.#overhear(draft)
    const entry = this.#ports.journal.append(draft)
    this.#tellDoor(entry, entry.event)
    const event = this.#outboxEvent(entry, entry.event)
    if (this.#fleet === undefined) this.#early?.push(event)
    else this.#fleet(event)
    for (const hear of this.#listeners) hear(entry.event)
    return entry.event.id
  }

  /** The number of the newest event. */
  get newest(): number {
    return this.#ports.journal.lastSeq
  }

  /** The fleet knows numbers that the journal lost: the next event goes above them, and says what is missing. */
  overtaken(seq: number, lost: number): void {
    this.#ports.journal.skipTo(seq)
    this.announce({ type: 'host.gap', data: { lost } })
  }

  /** Events after a number, as the fleet gets them. */
  backlog(afterSeq: number): readonly OutboxEvent[] {
    return this.#ports.journal
      .everyAfter(afterSeq)
      .map((entry) => this.#outboxEvent(entry, parsed(entry)))
  }

  #tellDoor(entry: JournalEntry, event: LifecycleEvent): void {
    const { channels, hub, report } = this.#ports
    const body = positioned(entry)
    for (const channel of [this.#channelOf(event), channels.everyEvent]) {
      hub.publish(channel, body).catch((thrown: unknown) => report('tell an event', thrown))
    }
    hub.publish(channels.say, event.data.text).catch((thrown: unknown) => report('say', thrown))
  }

  #outboxEvent({ seq, body }: JournalEntry, event: LifecycleEvent): OutboxEvent {
    const { service, text } = event.data
    const state = this.#stateOf(event)
    return {
      seq,
      body,
      channel: this.#channelOf(event),
      say: text,
      ...(service === undefined ? {} : { service }),
      ...(state === undefined ? {} : { state }),
    }
  }

  #channelOf({ data }: LifecycleEvent): string {
    const { channels, host } = this.#ports
    return data.service === undefined
      ? channels.hostEvents(host)
      : channels.serviceEvents(data.service)
  }

  /** What stands in the fleet's `state` hash: the aggregate of a service on this host. */
  #stateOf({ type, time, data }: LifecycleEvent): OutboxEvent['state'] {
    if (data.service === undefined) return undefined
    const field = `${encodeName(data.service)}@${this.#ports.host}`
    if (shortType(type) === 'service.removed') return { field, json: null }
    if (shortType(type) !== 'service.state') return undefined
    const { status, pid, restarts, online, total } = data
    return { field, json: JSON.stringify({ status, pid, restarts, online, total, at: time }) }
  }
}
