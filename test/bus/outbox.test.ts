import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Outbox, type OutboxLimits } from '../../src/bus/outbox.ts'
import type { OutboxEvent } from '../../src/bus/outbox-event.ts'
import { eventOf, stateEvent } from './given.ts'

const small: OutboxLimits = { events: 8, bytes: 10_000, acknowledged: 4 }
const summarise = (last: OutboxEvent, count: number) => `{"summary":${count},"of":${last.seq}}`
const outboxOf = (events: readonly OutboxEvent[] = [], limits = small) => {
  const outbox = new Outbox(summarise, limits)
  for (const event of events) outbox.push(event)
  return outbox
}
const takeAll = (outbox: Outbox) => {
  const taken: (readonly [seq: number, previous: number])[] = []
  for (let next = outbox.take(); next; next = outbox.take()) {
    taken.push([next.event.seq, next.previous])
  }
  return taken
}
const seqsOf = (events: readonly OutboxEvent[]) => events.map(({ seq }) => seq)
const noBacklog = () => []

describe('sending', () => {
  test('events leave in order, each with the number of the one before', () => {
    const outbox = outboxOf([eventOf(1), eventOf(2), eventOf(3)])

    expect(takeAll(outbox)).toEqual([
      [1, 0],
      [2, 1],
      [3, 2],
    ])
    expect(outbox.take()).toBeUndefined()
  })

  test('what was not acknowledged leaves again after a rewind', () => {
    const outbox = outboxOf([eventOf(1), eventOf(2), eventOf(3)])
    takeAll(outbox)
    outbox.ack(1)

    outbox.rewind()

    expect(takeAll(outbox)).toEqual([
      [2, 1],
      [3, 2],
    ])
  })

  test('an event that is given up leaves no hole behind it', () => {
    const outbox = outboxOf([eventOf(1), eventOf(2), eventOf(3)])
    takeAll(outbox)
    outbox.ack(1)

    outbox.remove(2)
    outbox.rewind()

    expect(takeAll(outbox)).toEqual([[3, 1]])
    expect(outbox.takeLost()).toBe(1)
  })
})

describe('meeting a log again', () => {
  test.each<[what: string, logHas: number, backlog: number[], sent: number[]]>([
    ['it has what was acknowledged', 6, [], [7, 8]],
    ['it has more: an acknowledgement was lost', 7, [], [8]],
    ['it forgot its newest', 4, [], [5, 6, 7, 8]],
    ['it forgot more than the ring holds', 1, [2], [2, 3, 4, 5, 6, 7, 8]],
    ['it has none of ours, and may have been emptied on purpose', 0, [1, 2], [3, 4, 5, 6, 7, 8]],
  ])('the same log: %s', (_, logHas, backlog, sent) => {
    const outbox = outboxOf([1, 2, 3, 4, 5, 6, 7, 8].map((seq) => eventOf(seq)))
    takeAll(outbox)
    outbox.ack(6)

    outbox.resumeAfter(logHas, (after) => {
      expect(after).toBe(logHas)
      return [...backlog, 3, 4].map((seq) => eventOf(seq))
    })

    expect(takeAll(outbox).map(([seq]) => seq)).toEqual(sent)
  })

  test('another log never gets what the old one had acknowledged', () => {
    const outbox = outboxOf([1, 2, 3, 4].map((seq) => eventOf(seq)))
    takeAll(outbox)
    outbox.ack(3)

    outbox.startAfter(0)
    outbox.resumeAfter(0, noBacklog)

    expect(takeAll(outbox)).toEqual([[4, 0]])
  })

  test('after a restart the journal fills what the log does not have', () => {
    const outbox = outboxOf([eventOf(12)])

    outbox.resumeAfter(9, () => [eventOf(10), eventOf(11), eventOf(12)])

    expect(takeAll(outbox)).toEqual([
      [10, 9],
      [11, 10],
      [12, 11],
    ])
  })
})

describe('a full outbox', () => {
  test('keeps one summary per service, with its latest state and number', () => {
    const waiting = [
      stateEvent(1, 'a'),
      stateEvent(2, 'b'),
      eventOf(3, { service: 'a' }),
      ...[4, 5, 6, 7, 8, 9].map((seq) => eventOf(seq, { service: 'b' })),
    ]

    const outbox = outboxOf(waiting)

    expect(outbox.events).toMatchObject([
      { seq: 3, service: 'a', body: '{"summary":2,"of":3}', state: { json: '{"n":1}' } },
      { seq: 7, service: 'b', body: '{"summary":5,"of":7}', state: { json: '{"n":2}' } },
      { seq: 8, body: '{"n":8}' },
      { seq: 9, body: '{"n":9}' },
    ])
    expect(outbox.takeLost()).toBe(7)
    expect(outbox.takeLost()).toBe(0)
  })

  test('leaves alone what is on its way', () => {
    const outbox = outboxOf([1, 2].map((seq) => eventOf(seq)))
    takeAll(outbox)

    for (let seq = 3; seq <= 40; seq += 1) outbox.push(eventOf(seq))

    expect(outbox.events.slice(0, 2)).toMatchObject([{ body: '{"n":1}' }, { body: '{"n":2}' }])
  })

  test('drops events of the host and counts them', () => {
    const outbox = outboxOf([])

    for (let seq = 1; seq <= 9; seq += 1) outbox.push(hostEvent(seq))

    expect(seqsOf(outbox.events)).toEqual([8, 9])
    expect(outbox.takeLost()).toBe(7)
  })

  test('asks for every state again when even a latest state has no room', () => {
    const outbox = outboxOf([])

    for (let seq = 1; seq <= 9; seq += 1) outbox.push(stateEvent(seq, `service-${seq}`))

    expect(outbox.size).toBe(8)
    expect(outbox.takeLostState()).toBe(true)
    expect(outbox.takeLostState()).toBe(false)
  })

  test('counts bytes as well', () => {
    const outbox = outboxOf([], { ...small, events: 1_000, bytes: 500 })

    for (let seq = 1; seq <= 100; seq += 1) outbox.push(eventOf(seq, { body: 'x'.repeat(100) }))

    expect(outbox.bytes).toBeLessThanOrEqual(500)
    expect(outbox.events.at(-1)?.seq).toBe(100)
  })
})

type Step = { readonly push: string } | 'take' | 'ack' | 'rewind'

const anyStep = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'c', 'host').map((push) => ({ push })) },
  { weight: 4, arbitrary: fc.constantFrom<Step>('take', 'take', 'ack', 'rewind') },
)

test('whatever happens: in order, within bounds, every latest state kept, nothing vanishes uncounted', () => {
  // Without `size`, fast-check makes about ten steps, and the outbox is never full.
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 150, size: 'max' }), (steps) => {
      const run = new Run()
      for (const step of steps) run.do(step)

      const seqs = seqsOf(run.told)
      expect(run.largest).toBeLessThanOrEqual(small.events)
      expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b))
      expect(run.statesTold).toEqual(run.states)
      expect(run.outbox.takeLost()).toBe(run.untold)
    }),
  )
})

/** An outbox, and a log that has what was acknowledged. */
class Run {
  readonly outbox = outboxOf()
  readonly states = new Map<string, string | null>()
  readonly #logged: OutboxEvent[] = []
  #sent: OutboxEvent[] = []
  #seq = 0
  largest = 0

  do(step: Step): void {
    if (step === 'take') this.#take()
    else if (step === 'ack') this.#ack()
    else if (step === 'rewind') this.#rewind()
    else this.#push(step.push)
    this.largest = Math.max(this.largest, this.outbox.size)
  }

  /** What stands in the log, or will. */
  get told(): readonly OutboxEvent[] {
    return [...this.#logged, ...this.outbox.events]
  }

  get statesTold(): ReadonlyMap<string, string | null> {
    const states = this.told.flatMap(({ state }) => (state ? [state] : []))
    return new Map(states.map(({ field, json }) => [field, json]))
  }

  get untold(): number {
    return this.#seq - this.told.filter(({ body }) => !body.includes('summary')).length
  }

  #push(service: string): void {
    this.#seq += 1
    const event = service === 'host' ? hostEvent(this.#seq) : stateEvent(this.#seq, service)
    if (event.state) this.states.set(event.state.field, event.state.json)
    this.outbox.push(event)
  }

  #take(): void {
    // The pump has 64 of 10,000 on their way.
    if (this.#sent.length === 3) return
    const parcel = this.outbox.take()
    if (parcel) this.#sent.push(parcel.event)
  }

  #ack(): void {
    const event = this.#sent.shift()
    if (!event) return
    this.#logged.push(event)
    this.outbox.ack(event.seq)
  }

  #rewind(): void {
    this.#sent = []
    this.outbox.rewind()
  }
}

function hostEvent(seq: number): OutboxEvent {
  const { service: _, ...event } = eventOf(seq)
  return event
}
