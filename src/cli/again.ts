import { sleep } from '../base/clock.ts'
import type { Place } from './call.ts'
import type { Session } from './session.ts'
import { stay } from './staying.ts'

const pauseMs = 1_000
const clear = '\u001B[H\u001B[2J'

/** Draws again and again, over what stood there, until somebody presses Ctrl-C or the manager is told to leave. */
export function again(
  first: Session,
  place: Place,
  draw: (session: Session) => Promise<void>,
): Promise<void> {
  const { screen, clock } = place
  return stay(place, first, async (session) => {
    let isOpen = true
    void session.client.closed.then(() => (isOpen = false))
    while (isOpen) {
      screen.write(screen.isTerminal ? clear : '')
      // oxlint-disable-next-line no-await-in-loop
      await draw(session)
      // oxlint-disable-next-line no-await-in-loop
      await Promise.race([sleep(clock, pauseMs), session.client.closed])
    }
  })
}
