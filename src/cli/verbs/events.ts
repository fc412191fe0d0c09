import { eventStream } from '../../control/event-stream.ts'
import type { LifecycleEvent } from '../../protocol/envelope.ts'
import { type EventType, shortType } from '../../protocol/events.ts'
import type { Bookmark } from '../../protocol/answers.ts'
import type { Call } from '../call.ts'
import { readEventTypes } from '../event-types.ts'
import { wholeNumber } from '../numbers.ts'
import { openSession, type Session } from '../session.ts'
import { stay } from '../staying.ts'
import { clockTime, parseSince } from '../times.ts'

interface Filter {
  readonly service?: string
  readonly types?: readonly EventType[]
}

const defaultLines = 50
const pageSize = 1_000

/** What happened, a sentence a line; with `--follow` also what happens from now on. */
export async function events(call: Call): Promise<number> {
  const { options, place } = call
  const { since, follow = false } = options
  const filter = filterOf(call)
  const lines = wholeNumber('--lines', options.lines, since === undefined ? defaultLines : Infinity)
  const from = since === undefined ? undefined : parseSince(since, place.clock.date())
  const session = await openSession(place)
  const past = await history(session, from)
  const wanted = past.events.filter((event) => isWanted(event, filter))
  for (const event of lines === 0 ? [] : wanted.slice(-lines)) print(event, call)
  if (follow) await followFrom(past.bookmark, session, filter, call)
  return 0
}

function filterOf({ options: { service, type } }: Call): Filter {
  return {
    ...(service === undefined ? {} : { service }),
    ...(type === undefined ? {} : { types: readEventTypes(type) }),
  }
}

interface Past {
  readonly events: readonly LifecycleEvent[]
  /** Where they end. */
  readonly bookmark: Bookmark
}

/** The newest events, or all since a time, oldest first. */
async function history(session: Session, since: number | undefined): Promise<Past> {
  if (since === undefined) return session.ask('events', [], {})
  const events: LifecycleEvent[] = []
  for (let after = '0'; ; after = events.at(-1)?.logid ?? after) {
    const page = await session.ask('events', [], { after, since, limit: pageSize })
    events.push(...page.events)
    if (page.events.length < pageSize) return { events, bookmark: page.bookmark }
  }
}

async function followFrom(
  end: Bookmark,
  first: Session,
  filter: Filter,
  call: Call,
): Promise<void> {
  const { place } = call
  let after = end
  await stay(place, first, async ({ client }) => {
    // All of them, and chosen here: what is not wanted has to be counted as seen, too.
    for await (const item of eventStream(client, { after })) {
      after = item.bookmark
      if (item.kind === 'resync') {
        place.screen.note(`what happened until here is not known any more (${item.why})`)
      } else if (isWanted(item.event, filter)) print(item.event, call)
    }
  })
}

function isWanted({ type, data }: LifecycleEvent, { service, types }: Filter): boolean {
  if (service !== undefined && data.service !== service) return false
  return types === undefined || types.some((each) => each === shortType(type))
}

function print(event: LifecycleEvent, { options, place }: Call): void {
  const { screen, clock } = place
  const time = clockTime(new Date(event.time), clock.date())
  if (options.json === true) screen.print(JSON.stringify(event))
  else screen.print(`${screen.paint.faint(time)}  ${event.data.text}`)
}
