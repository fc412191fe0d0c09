import type { FleetHost } from '../../protocol/views.ts'
import type { Call } from '../call.ts'
import { columns } from '../columns.ts'
import type { Palette } from '../screen.ts'
import { needSession } from '../session.ts'
import { shortSpan } from '../times.ts'

const head = ['host', 'state', 'services', 'load', 'version', 'seen', 'labels']
const moods = { up: 'good', unreachable: 'busy', down: 'bad' } as const
/** A lease lasts so long from the heartbeat that renewed it. */
const leaseMs = 10_000

/** The hosts of the fleet, and what is wrong with those that are not well. */
export async function hosts({ options, place }: Call): Promise<number> {
  const session = await needSession(place)
  const { hosts: all, now } = await session.ask('hosts', [], {})
  const { screen } = place
  if (options.json === true) screen.print(JSON.stringify({ hosts: all, now }))
  else {
    const rows = all.map((host) => rowOf(host, screen.paint, now))
    screen.print(columns([head.map(screen.paint.title), ...rows], { right: [2, 3] }))
    for (const { host, state, why } of all.filter((each) => each.state !== 'up')) {
      screen.print(`${screen.paint[moods[state]]('!')} ${host} is ${state}: ${why}`)
    }
  }
  return all.every(({ state }) => state === 'up') ? 0 : 1
}

function rowOf(
  { host, state, info, leaseUntil }: FleetHost,
  paint: Palette,
  now: number,
): readonly string[] {
  const seen =
    leaseUntil === undefined ? '–' : `${shortSpan(Math.max(0, now - leaseUntil + leaseMs))} ago`
  const labels = Object.entries(info?.labels ?? {}).map(([key, value]) => `${key}=${value}`)
  return [
    host,
    paint[moods[state]](state),
    String(info?.services ?? '?'),
    info?.load === undefined ? '?' : info.load.toFixed(2),
    info?.version ?? '?',
    seen,
    labels.join(' '),
  ]
}
