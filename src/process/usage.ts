import { errnoOf } from '../base/errors.ts'

/** What one process uses now. */
export interface Usage {
  /** Since the last question about this process, or since its start; 100 is one core. */
  readonly cpuPercent: number
  /** Resident memory. */
  readonly memoryBytes: number
}

/** What each of these processes uses; those that are gone are absent. */
export async function usageOf(pids: readonly number[]): Promise<ReadonlyMap<number, Usage>> {
  if (pids.length === 0) return new Map()
  const { default: pidusage } = await import('pidusage')
  try {
    // The library says nothing of a pid that is gone, though its types promise an answer for each.
    const answers: Readonly<Record<string, { cpu: number; memory: number } | undefined>> =
      await pidusage([...pids])
    return new Map(pids.flatMap((pid) => entryOf(pid, answers[pid])))
  } catch (error) {
    // With a single pid the library fails instead.
    if (isGone(errnoOf(error))) return new Map()
    throw error
  }
}

function entryOf(
  pid: number,
  answer: { readonly cpu: number; readonly memory: number } | undefined,
): [number, Usage][] {
  return answer ? [[pid, { cpuPercent: answer.cpu, memoryBytes: answer.memory }]] : []
}

function isGone(errno: string | undefined): boolean {
  return errno === 'ENOENT' || errno === 'ESRCH'
}
