import { constants } from 'node:os'
import type { Exit } from '../../base/exit.ts'
import type { InstanceState, InstanceView } from '../../protocol/views.ts'

/** How a run in the foreground came to its end. */
export interface Ending {
  /** The exit code of the run. */
  readonly code: number
  /** The one whose code it is, where something went wrong. */
  readonly culprit?: InstanceView
}

/** What decides, beside the states of its instances, whether a run in the foreground is over. */
export interface RunContext {
  /** Services that the clock starts again; these end only when they are told to. */
  readonly standing: ReadonlySet<string>
  /** Somebody asked for the end. */
  readonly isAsked: boolean
}

/** Nothing happens to an instance in one of these unless somebody asks. */
const atRest: readonly InstanceState[] = ['stopped', 'errored', 'stuck']

/**
 * Undefined while something runs or will. The code is that of the one instance, if there is one;
 * of several it is 0 when all ended well, and else that of the first that did not.
 */
export function endingOf(
  instances: readonly InstanceView[],
  { standing, isAsked }: RunContext,
): Ending | undefined {
  if (instances.some(({ state }) => !atRest.includes(state))) return undefined
  if (!isAsked && instances.some(({ service }) => standing.has(service))) return undefined
  const [only, ...others] = instances
  if (only !== undefined && others.length === 0) return endOf(only)
  const failed = instances
    .filter((view) => codeOf(view) !== 0 && !(isAsked && endedAsTold(view)))
    .toSorted((a, b) => (a.lastExit?.at ?? 0) - (b.lastExit?.at ?? 0))
  return failed[0] === undefined ? { code: 0 } : endOf(failed[0])
}

function endOf(view: InstanceView): Ending {
  const code = codeOf(view)
  return code === 0 ? { code } : { code, culprit: view }
}

function codeOf({ state, lastExit }: InstanceView): number {
  const code = lastExit === undefined ? 0 : shellCode(lastExit.exit)
  // What was given up has failed, whatever its last process said.
  return code === 0 && state !== 'stopped' ? 1 : code
}

/** As a shell tells it: 128 and the number of the signal. */
function shellCode(exit: Exit): number {
  if ('code' in exit) return exit.code
  return 'signal' in exit ? 128 + constants.signals[exit.signal] : 1
}

/** It died of the signal that asked it to end, and nobody had to insist. */
function endedAsTold({ lastExit }: InstanceView): boolean {
  if (lastExit?.class !== 'commanded') return false
  return 'signal' in lastExit.exit && lastExit.exit.signal !== 'SIGKILL'
}
