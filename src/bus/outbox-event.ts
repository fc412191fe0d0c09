/** An event on its way to the log, numbered by its producer. */
export interface OutboxEvent {
  /** Ascending within the epoch of the producer. */
  readonly seq: number
  readonly service?: string
  readonly channel: string
  /** The event as JSON, without log position. */
  readonly body: string
  /** One sentence for people; empty for none. */
  readonly say: string
  /** What the event makes of its service's state. */
  readonly state?: {
    /** `<svc>@<host>` */
    readonly field: string
    /** null removes it. */
    readonly json: string | null
  }
}

/** An event and what it stands for. */
export interface Entry {
  readonly event: OutboxEvent
  readonly bytes: number
  /** How many events were folded into this one; 0 for an event as it happened. */
  readonly folded: number
}

/** Makes the one event that stands for `count` events of a service, of which `last` was the last. */
export type Summarise = (last: OutboxEvent, count: number) => string

/** An event with its size in bytes; `folded` is how many events it stands for, 0 for itself alone. */
export function entryOf(event: OutboxEvent, folded = 0): Entry {
  return { event, bytes: bytesOf(event), folded }
}

/** An estimate: what UTF-8 makes of other alphabets is not counted. */
function bytesOf({ body, say, state }: OutboxEvent): number {
  return body.length + say.length + (state?.json?.length ?? 0)
}
