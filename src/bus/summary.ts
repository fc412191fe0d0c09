import type { Clock } from '../base/clock.ts'
import { eventFrom, type Producer } from '../protocol/envelope.ts'
import { shortType } from '../protocol/events.ts'
import type { OutboxEvent, Summarise } from './outbox-event.ts'

/** Writes the `service.summary` that stands for events which found no room. */
export function summariser(producer: Producer, clock: Clock): Summarise {
  return (last, count) => {
    const { service = '' } = last
    const data = { count, last: typeOf(last) }
    const draft = { type: 'service.summary', service, data } as const
    return JSON.stringify(eventFrom(draft, producer, last.seq, clock.date()))
  }
}

function typeOf({ body }: OutboxEvent): string {
  const type = /"type":"([^"]*)"/.exec(body)?.[1] ?? ''
  return shortType(type) ?? type
}
