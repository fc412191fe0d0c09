import { messageOf, TroupeError } from '../base/errors.ts'
import type { Survivor } from '../process/host.ts'
import { mayPass } from '../process/preflight.ts'

/** What of an error goes into the event of a start that failed. */
export interface FailedStart {
  readonly why: string
  readonly hint?: string
  readonly isRetryable: boolean
}

/** What an error says to people, and whether trying again could help: an error that is not ours may pass. */
export function failedStart(thrown: unknown): FailedStart {
  const hint = TroupeError.is(thrown) ? thrown.hint : undefined
  const isRetryable = !TroupeError.is(thrown) || mayPass(thrown)
  return { why: messageOf(thrown), isRetryable, ...(hint === undefined ? {} : { hint }) }
}

/** `E_PREFLIGHT` for a disk that does not answer: a start must not hang for ever. */
export function tooSlow(ms: number): TroupeError {
  return new TroupeError('E_PREFLIGHT', `no answer from a disk in ${ms / 1_000} s`, {
    hint: 'see the folders of its script, cwd and logs: one may lie on a network disk that is gone',
  })
}

/** `E_SPAWN` for a seat that an earlier process does not leave; it is tried again, since it may end yet. */
export function unkillable(survivors: readonly Survivor[]): TroupeError {
  const pids = survivors.map(({ pid, state }) => `pid ${pid} (${state})`).join(', ')
  return new TroupeError('E_SPAWN', `an earlier process of it cannot be killed: ${pids}`, {
    hint: 'a process in state D waits for a disk or a device; it is tried again',
    cause: Object.assign(new Error('still there'), { code: 'EAGAIN' }),
  })
}
