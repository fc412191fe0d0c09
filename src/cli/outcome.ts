import { describeExit } from '../base/exit.ts'
import type { Outcome } from '../control/troupe.ts'
import type { InstanceView } from '../protocol/views.ts'
import type { Call } from './call.ts'
import type { Palette } from './screen.ts'
import type { Session } from './session.ts'
import { printStatus } from './status.ts'

/** Says what became of every instance that was meant; resolves with the exit code. */
export async function report(session: Session, call: Call, outcome: Outcome): Promise<number> {
  const { place, options } = call
  const { screen } = place
  if (options.json === true) {
    screen.print(JSON.stringify(outcome))
    return codeFor(outcome.instances)
  }
  if (options.silent === true) return codeFor(outcome.instances)
  for (const note of outcome.notes ?? []) screen.note(`${screen.paint.busy('note:')} ${note}`)
  // A service may have failed since it was answered for; sentences and table say the same.
  const status = await session.ask('status', [], {})
  const instances = outcome.instances.map(
    (view) => status.instances.find(({ id }) => id === view.id) ?? view,
  )
  for (const view of instances) screen.print(sentenceOf(view, screen.paint))
  printStatus(status, place)
  return codeFor(instances)
}

function codeFor(instances: readonly InstanceView[]): number {
  // Who still waits when the answer comes, waits for something that does not come by itself.
  const bad = ['errored', 'stuck', 'waiting']
  return instances.some(({ state }) => bad.includes(state)) ? 1 : 0
}

/** The same for `delete`: what is gone has no state. */
export async function reportGone(session: Session, call: Call, outcome: Outcome): Promise<number> {
  const { place, options } = call
  const { screen } = place
  if (options.json === true) {
    screen.print(JSON.stringify(outcome))
    return 0
  }
  if (options.silent === true) return 0
  for (const { service, slot } of outcome.instances) {
    screen.print(`${screen.paint.good('✓')} ${service}#${slot} deleted`)
  }
  printStatus(await session.ask('status', [], {}), place)
  return 0
}

/** `✓ worker#0 online, pid 41216` */
export function sentenceOf(view: InstanceView, paint: Palette): string {
  const { service, slot, state, pid, why, lastExit } = view
  const who = `${service}#${slot}`
  if (state === 'online') return `${paint.good('✓')} ${who} online, pid ${pid ?? 'unknown'}`
  if (state === 'stopped') {
    const end = lastExit === undefined ? '' : `, ended with ${describeExit(lastExit.exit)}`
    return `${paint.good('✓')} ${who} stopped${end}`
  }
  const isBad = state === 'errored' || state === 'stuck'
  const mark = isBad ? paint.bad('✗') : paint.busy('…')
  return `${mark} ${who} ${state}${why === undefined ? '' : `: ${why}`}`
}
