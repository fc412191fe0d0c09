import { messageOf, TroupeError } from '../base/errors.ts'
import type { Survivor } from '../process/host.ts'
import { mayPass } from '../process/preflight.ts'

/** What of an error goes into the event of a start that failed. */
export interface FailedStart {
  readonly why: string
  readonly hint?: string
  readonly isRetryable: boolean
}

export function failedStart(thrown: unknown): FailedStart {
  const hint = TroupeError.is(thrown) ? thrown.hint : undefined
  const isRetryable = !TroupeError.is(thrown) || mayPass(thrown)
  return { why: messageOf(thrown), isRetryable, ...(hint === undefined ? {} : { hint }) }
}

export function tooSlow(ms: number): TroupeError {
  return new TroupeError('E_PREFLIGHT', `no answer from a disk in ${ms / 1_000} s`, {
    hint: 'see the folders of its script, cwd and logs: one may lie on a network disk that is gone',
  })
}

export function unkillable(survivors: readonly Survivor[]): TroupeError {
  const pids = survivors.map(({ pid, state }) => `pid ${pid} (${state})`).join(', ')
  return new TroupeError('E_SPAWN', `an earlier process of it cannot be killed: ${pids}`, {
    hint: 'a process in state D waits for a disk or a device; it is tried again',
    cause: Object.assign(new Error('still there'), { code: 'EAGAIN' }),
  })
}
