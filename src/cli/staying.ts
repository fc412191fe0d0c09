import { sleep } from '../base/clock.ts'
import { TroupeError } from '../base/errors.ts'
import type { Client, Ended } from '../control/client.ts'
import { hasLivingLoop } from '../control/manager-loop.ts'
import type { LifecycleEvent } from '../protocol/envelope.ts'
import { shortType } from '../protocol/events.ts'
import { channelsOf } from '../protocol/names.ts'
import type { Place } from './call.ts'
import { findSession, type Session } from './session.ts'

/** Follows something over one connection, until that ends. */
export type Follow = (session: Session, isAgain: boolean) => Promise<unknown>

/**
 * Follows something for as long as there is a manager: one that died is back within a second,
 * and is followed on. Returns when the manager was told to leave, or the connection was closed
 * from here.
 *
 * @throws TroupeError `E_MANAGER_UNREACHABLE` when it is gone and nothing starts it again
 */
export async function stay(place: Place, first: Session, follow: Follow): Promise<void> {
  let session = first
  for (let isAgain = false; ; isAgain = true) {
    let last: string | undefined
    const bid = (text: string): void => void (last = text)
    const lost = await lossOf(
      listenForFarewell(session.client, bid).then(() => follow(session, isAgain)),
    )
    // What ends by itself, without its connection, has nothing more to tell.
    const ended = await Promise.race([session.client.closed, Promise.resolve(undefined)])
    if (ended === undefined && lost !== undefined) throw lost
    if (last !== undefined) place.screen.note(last)
    if (ended === undefined || ended.kind === 'closed' || last !== undefined) return
    session = await sessionAgain(place)
    place.screen.note(place.screen.paint.faint(backText(ended)))
  }
}

/** The loss of the connection in which something ended, if it was one. */
async function lossOf(following: Promise<unknown>): Promise<TroupeError | undefined> {
  try {
    await following
    return undefined
  } catch (thrown) {
    if (TroupeError.is(thrown, 'E_MANAGER_UNREACHABLE')) return thrown
    throw thrown
  }
}

function backText(ended: Exclude<Ended, { readonly kind: 'closed' }>): string {
  return ended.kind === 'cut'
    ? `the manager hung up (${ended.why}); connected again`
    : 'the manager went away, and is back'
}

/** How long a manager that nobody is seen to start again is waited for. */
const patienceMs = 3_000
const pollMs = 100

async function sessionAgain(place: Place): Promise<Session> {
  const { clock, home } = place
  const deadline = clock.now() + patienceMs
  for (;;) {
    const session = await findSession(place).catch(() => undefined)
    if (session !== undefined) return session
    if (clock.now() > deadline && !hasLivingLoop(home)) throw gone()
    await sleep(clock, pollMs)
  }
}

function gone(): TroupeError {
  return new TroupeError(
    'E_MANAGER_UNREACHABLE',
    'the manager went away, and nothing starts it again',
    { hint: 'its services run on; start the next one with: troupe ping' },
  )
}

/** What a manager that leaves on purpose says before it hangs up, in a sentence for people. */
async function listenForFarewell(client: Client, bid: (text: string) => void): Promise<void> {
  const { ns, host } = client.greeting
  await client.subscribe(channelsOf(ns).hostEvents(host), (payload) => {
    // The manager alone publishes here, and what it publishes are events.
    const text = farewellIn(JSON.parse(payload) as LifecycleEvent)
    if (text !== undefined) bid(text)
  })
}

function farewellIn({ type, data }: LifecycleEvent): string | undefined {
  const what = shortType(type)
  const why = typeof data['reason'] === 'string' ? ` (${data['reason']})` : ''
  if (what === 'host.detaching') {
    return `the manager left${why}, services stay; the next one adopts them: troupe ping`
  }
  if (what !== 'host.shutdown') return undefined
  return `services and manager were stopped${why}; start them again with: troupe resurrect`
}
