import fc, { type Scheduler } from 'fast-check'
import { expect, test } from 'vitest'
import { watch, type WatchItem } from '../../src/protocol/watch.ts'
import { judge } from '../../src/protocol/watch-step.ts'
import { atOnce, eventAt, FakeEventLog, type Place, placeOf } from './fake-event-log.ts'

type Happening =
  | { readonly do: 'append' | 'lose' | 'nudge' | 'restart' }
  | { readonly do: 'trim' | 'lose tail' | 'pause'; readonly count: number }

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Happening>({ do: 'append' }) },
  { weight: 3, arbitrary: fc.constant<Happening>({ do: 'lose' }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('pause' as const),
      count: fc.integer({ min: 1, max: 9 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Happening>({ do: 'nudge' }) },
  { weight: 1, arbitrary: fc.constant<Happening>({ do: 'restart' }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('trim' as const, 'lose tail' as const),
      count: fc.integer({ min: 1, max: 5 }),
    }),
  },
)

/** A run of the watcher against a log to which things happen, until both are at rest. */
async function run(scheduler: Scheduler, happenings: readonly Happening[], maxHeld: number) {
  const log = new FakeEventLog(scheduler)
  log.append(false)
  const items: WatchItem<string>[] = []
  const end = new AbortController()
  let wake = (): void => {}
  const nudge = (fn: () => void) => {
    wake = fn
    return () => {}
  }
  const done = (async () => {
    const options = { nudge, maxHeld, signal: end.signal }
    for await (const item of watch(log, log, options)) items.push(item)
  })()

  for (const next of happenings) await perform(next)
  await scheduler.waitIdle()
  // The heartbeat that follows any loss.
  wake()
  await scheduler.waitIdle()
  end.abort()
  await done
  return { log, items }

  async function perform(next: Happening): Promise<void> {
    if (next.do === 'append' || next.do === 'lose') log.append(next.do === 'lose')
    else if (next.do === 'nudge') wake()
    else if (next.do === 'restart') log.startAnew()
    else if (next.do === 'trim') log.trim(next.count)
    else if (next.do === 'lose tail') log.loseTail(next.count)
    else if (next.do === 'pause') await pause(scheduler, next.count)
  }
}

async function pause(scheduler: Scheduler, steps: number): Promise<void> {
  for (let step = 0; step < steps && scheduler.count() > 0; step += 1) await scheduler.waitOne()
}

/** Walks through what a watcher was told; a step that is neither the next event nor a resync is returned. */
function strayStep(items: readonly WatchItem<string>[], subscribedAt: Place | undefined) {
  let at: Place | undefined
  // An event of another epoch may be told before the change is noticed; a resync must follow.
  let owesResync = false
  for (const item of items) {
    const place = item.kind === 'resync' ? item.bookmark : placeOf(item.event)
    const step = item.kind === 'resync' ? 'good' : stepTo(place, at, subscribedAt)
    if (step === 'stray' && !owesResync) return { place, at: at ?? subscribedAt }
    owesResync = item.kind === 'event' && (owesResync || step === 'other epoch')
    at = place
  }
  return owesResync ? { place: 'no resync after a change of epoch', at } : undefined
}

function stepTo(place: Place, at: Place | undefined, subscribedAt: Place | undefined) {
  if (place.epoch !== (at ?? subscribedAt)?.epoch) return 'other epoch'
  // Nobody can know exactly where a watch begins; but before it subscribed.
  const isNext =
    at === undefined
      ? place.sequence <= Number(subscribedAt?.sequence) + 1
      : place.sequence === at.sequence + 1
  return isNext ? 'good' : 'stray'
}

function placeOfEnd({ end: { epoch, sequence } }: FakeEventLog): Place {
  return { epoch, sequence }
}

const gentle: readonly Happening['do'][] = ['append', 'lose', 'nudge', 'pause']

test('no interleaving loses or repeats an event while the log keeps what it was given', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc
        .array(happening, { maxLength: 40 })
        .map((all) => all.filter((one) => gentle.includes(one.do))),
      fc.constantFrom(1, 3, 1_000),
      async (scheduler, happenings, maxHeld) => {
        const { log, items } = await run(scheduler, happenings, maxHeld)

        expect(items.filter((item) => item.kind === 'resync')).toEqual([])
        expect(strayStep(items, log.subscribedAt)).toBeUndefined()
        const last = items.at(-1)?.bookmark.sequence ?? log.subscribedAt?.sequence
        expect(last).toBe(log.end.sequence)
      },
    ),
    { numRuns: 500 },
  )
}, 60_000)

test('what a log has lost is told as a resync, never skipped silently', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(happening, { maxLength: 40 }),
      fc.constantFrom(1, 1_000),
      async (scheduler, happenings, maxHeld) => {
        const { log, items } = await run(scheduler, happenings, maxHeld)

        expect(strayStep(items, log.subscribedAt)).toBeUndefined()
        const { epoch, sequence } = items.at(-1)?.bookmark ?? log.end
        expect({ epoch, sequence }).toMatchObject(placeOfEnd(log))
      },
    ),
    { numRuns: 1_000 },
  )
}, 60_000)

/** The next `count` items, in short: sequence numbers, and reasons of resyncs. */
async function take(items: AsyncGenerator<WatchItem<string>>, count: number): Promise<string[]> {
  const told: string[] = []
  while (told.length < count) {
    const { value } = await items.next()
    if (value === undefined) break
    told.push(value.kind === 'event' ? `${value.bookmark.sequence}` : value.why)
  }
  return told
}

test('events logged between the call and the first look at them are told', async () => {
  const log = new FakeEventLog(atOnce)
  const items = watch(log, log, { from: log.end })
  log.append(true)
  log.append(true)

  expect(await take(items, 2)).toEqual(['1', '2'])
})

test('a hole between two live events is filled from the log at once', async () => {
  const log = new FakeEventLog(atOnce)
  const items = watch(log, log, { from: log.end })
  log.append(false)
  expect(await take(items, 1)).toEqual(['1'])

  log.append(true)
  log.append(false)

  expect(await take(items, 2)).toEqual(['2', '3'])
})

test('a reader too busy for the live events reads them from the log', async () => {
  const log = new FakeEventLog(atOnce)
  const items = watch(log, log, { from: log.end, maxHeld: 2 })
  log.append(false)
  expect(await take(items, 1)).toEqual(['1'])

  for (let more = 0; more < 5; more += 1) log.append(false)

  expect(await take(items, 5)).toEqual(['2', '3', '4', '5', '6'])
})

test.each([
  ['trimmed', (log: FakeEventLog) => log.trim(2), { epoch: 'e0', sequence: 3 }],
  ['epoch', (log: FakeEventLog) => log.startAnew(), { epoch: 'e1', sequence: 0 }],
] as const)(
  'a watcher whose bookmark is too old is told "%s" and what is so now',
  async (why, lose, at) => {
    const log = new FakeEventLog(atOnce)
    const from = log.end
    for (let more = 0; more < 3; more += 1) log.append(true)
    lose(log)

    const { value } = await watch(log, log, { from }).next()

    expect(value).toMatchObject({
      kind: 'resync',
      why,
      states: [`as of ${at.sequence}`],
      bookmark: at,
    })
  },
)

test('an event of a log that was lost is not taken for the first of the new one', () => {
  const late = eventAt({ epoch: 'e0', sequence: 1, lastId: '2-0' })

  expect(judge({ epoch: 'e1', sequence: 0, lastId: '2-0' }, late)).toBe('catch-up')
})

test('an aborted watch ends and leaves no subscription behind', async () => {
  const log = new FakeEventLog(atOnce)
  const end = new AbortController()
  const items = watch(log, log, { from: log.end, signal: end.signal })
  log.append(false)
  await take(items, 1)
  const last = items.next()

  end.abort()

  expect(await last).toEqual({ done: true, value: undefined })
  expect(log.subscribers).toBe(0)
})

test('a log that begins only after the watcher came is told from its first event', async () => {
  const log = new FakeEventLog(atOnce)
  const items = watch(log, log, { from: { epoch: '', sequence: 0, lastId: '0-0' } })

  log.append(false)
  const { value } = await items.next()
  log.append(false)

  expect(value).toMatchObject({ kind: 'event', bookmark: { epoch: 'e0', sequence: 1 } })
  expect(await take(items, 1)).toEqual(['2'])
})
