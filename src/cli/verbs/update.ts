import type { Call } from '../call.ts'
import { hostText } from '../host-text.ts'
import { afterParting, findSession, openSession } from '../session.ts'

/** Replaces the manager by one of the version that is installed; no service notices. */
export async function update({ options, place }: Call): Promise<number> {
  const { screen } = place
  const before = await findSession(place)
  const old = before === undefined ? undefined : await before.ask('ping', [], {})
  if (before !== undefined) {
    await before.ask('detach', [], {})
    await afterParting(before, place)
  }
  const session = await openSession(place)
  const now = await session.ask('ping', [], {})
  const from = old === undefined ? 'no manager ran' : `troupe ${old.version}, pid ${old.pid}`
  const text = `${from} → troupe ${now.version}, pid ${now.pid} · ${hostText(now)}`
  const answer = { from: old?.version, to: now.version, pid: now.pid }
  screen.print(options.json === true ? JSON.stringify(answer) : text)
  return 0
}
