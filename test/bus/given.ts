import type { OutboxEvent } from '../../src/bus/outbox-event.ts'

/** An event of service `api`, numbered `seq`, unless told otherwise. */
export function eventOf(seq: number, more: Partial<OutboxEvent> = {}): OutboxEvent {
  const service = 'service' in more ? more.service : 'api'
  return {
    seq,
    ...(service === undefined ? {} : { service }),
    channel: `troupe:main:ev:svc:${service ?? ''}`,
    body: `{"n":${seq}}`,
    say: '',
    ...more,
  }
}

/** An event that leaves its service in state `seq`. */
export function stateEvent(seq: number, service: string): OutboxEvent {
  return eventOf(seq, { service, state: { field: `${service}@h`, json: `{"n":${seq}}` } })
}
