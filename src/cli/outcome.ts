import { describeExit } from '../base/exit.ts'
import type { Outcome } from '../control/troupe.ts'
import type { InstanceView } from '../protocol/views.ts'
import type { Call } from './call.ts'
import type { Palette } from './screen.ts'
import type { Session } from './session.ts'
import { printTable } from './verbs/list.ts'

/** Says what became of every instance that was meant; resolves with the exit code. */
export async function report(session: Session, call: Call, outcome: Outcome): Promise<number> {
  const { place, options } = call
  const { screen } = place
  const { instances, notes = [] } = outcome
  const code = instances.some(({ state }) => state === 'errored' || state === 'stuck') ? 1 : 0
  if (options.json === true) {
    screen.print(JSON.stringify(outcome))
    return code
  }
  for (const note of notes) screen.note(`${screen.paint.busy('note')} ${note}`)
  for (const view of instances) screen.print(sentenceOf(view, screen.paint))
  await printTable(session, place)
  return code
}

/** The same for `delete`: what is gone has no state. */
export async function reportGone(session: Session, call: Call, outcome: Outcome): Promise<number> {
  const { place, options } = call
  const { screen } = place
  if (options.json === true) {
    screen.print(JSON.stringify(outcome))
    return 0
  }
  for (const { service, slot } of outcome.instances) {
    screen.print(`${screen.paint.good('✓')} ${service}#${slot} deleted`)
  }
  await printTable(session, place)
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
