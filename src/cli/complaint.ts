import { messageOf, TroupeError } from '../base/errors.ts'
import type { Palette } from './screen.ts'

/** What a person reads of an error: what was attempted, what stopped it, and what to do next. */
export function complaint(thrown: unknown, paint: Palette): string {
  const lines = [`${paint.bad('error:')} ${messageOf(thrown)}`]
  if (TroupeError.is(thrown)) {
    if (thrown.hint !== undefined) lines.push(`${paint.faint('hint:')} ${thrown.hint}`)
  } else if (thrown instanceof Error) {
    // Nobody threw this on purpose: whoever reports it needs to say where it was.
    lines.push(paint.faint(thrown.stack?.split('\n').slice(1).join('\n') ?? ''))
  }
  return lines.join('\n')
}

/** The same for programs, on one line. */
export function complaintJson(thrown: unknown): string {
  const known = TroupeError.is(thrown) ? thrown : undefined
  const error = {
    code: known?.code ?? 'E_FAILED',
    message: messageOf(thrown),
    ...(known?.hint === undefined ? {} : { hint: known.hint }),
  }
  return JSON.stringify({ error })
}
