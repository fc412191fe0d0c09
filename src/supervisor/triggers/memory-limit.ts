import type { Millis } from '../../base/clock.ts'
import { showBytes, showMillis } from '../../base/units.ts'
import type { TreeUsage } from '../../process/tree-usage.ts'

/** What one slot is known to have used. */
export interface MemoryRecord {
  readonly pid: number
  /** Samples in a row over the limit. */
  readonly over: number
  /** This process was seen below its limit. */
  readonly wasBelow?: true
  /** Replacements that came soon after one another. */
  readonly inARow: number
  /** On the monotonic clock; undefined: never replaced. */
  readonly replacedAt?: Millis
}

/** What a process with all its descendants used, at one moment. */
export interface MemorySample {
  readonly pid: number
  readonly usage: TreeUsage
  /** On the monotonic clock. */
  readonly at: Millis
}

/** Whether a process is to be replaced for its memory, and what to remember for the next look. */
export interface MemoryVerdict {
  readonly record: MemoryRecord
  /** Present when the instance is to be replaced. */
  readonly why?: string
  /** Present when each new process soon passes the limit as well. */
  readonly advice?: string
}

/** One sample may be the peak of an allocation that is freed at once. */
const samplesUntilSure = 2
/** A process that was good for this long makes earlier replacements forgotten. */
const goodForMs = 600_000
const firstWaitMs = 10_000
const longestWaitMs = 300_000
/** So many times its limit, and what began below it does not wait: a fast leak would take the machine. */
const runaway = 2

/**
 * Judges a sample of an instance against its limit.
 *
 * A limit that every new process passes would replace it every few seconds, unseen by what
 * counts crashes: the n-th replacement in a row waits, up to five minutes, unless it grows beyond all bounds.
 */
export function judgeMemory(
  limitBytes: number,
  before: MemoryRecord | undefined,
  { pid, usage, at }: MemorySample,
): MemoryVerdict {
  const known = forgiven(before ?? { pid, over: 0, inARow: 0 }, at)
  const seen = seenSoFar(limitBytes, known, { pid, usage, at })
  const isRunaway = seen.wasBelow === true && usage.memoryBytes > runaway * limitBytes
  const isTime = seen.over >= samplesUntilSure && (isRunaway || at >= mayReplaceAt(known))
  if (!isTime) return { record: seen }
  return {
    record: { pid, over: 0, inARow: known.inARow + 1, replacedAt: at },
    why: sayMemory(limitBytes, pid, usage),
    ...(known.inARow === 2 ? { advice: adviceFor(limitBytes) } : {}),
  }
}

/** What is known of the process with this sample, a new one forgetting the one before. */
function seenSoFar(
  limitBytes: number,
  { inARow, replacedAt, ...known }: MemoryRecord,
  { pid, usage }: MemorySample,
): MemoryRecord {
  const before = known.pid === pid ? known : { over: 0 }
  const over = usage.memoryBytes > limitBytes ? before.over + 1 : 0
  const wasBelow = over === 0 || 'wasBelow' in before
  return {
    pid,
    over,
    inARow,
    ...(replacedAt === undefined ? {} : { replacedAt }),
    ...(wasBelow ? { wasBelow } : {}),
  }
}

function forgiven(record: MemoryRecord, at: Millis): MemoryRecord {
  const { replacedAt } = record
  return replacedAt !== undefined && at - replacedAt > goodForMs ? { ...record, inARow: 0 } : record
}

function mayReplaceAt({ inARow, replacedAt }: MemoryRecord): Millis {
  if (replacedAt === undefined || inARow === 0) return -Infinity
  return replacedAt + Math.min(longestWaitMs, firstWaitMs * 2 ** (inARow - 1))
}

/** memory 312 MB over the limit of 300 MB, whole tree of pid 41210 (3 processes) */
function sayMemory(limitBytes: number, pid: number, usage: TreeUsage): string {
  const { memoryBytes, processes } = usage
  const tree =
    processes > 1 ? `, whole tree of pid ${pid} (${processes} processes)` : `, pid ${pid}`
  return `memory ${showBytes(memoryBytes)} over the limit of ${showBytes(limitBytes)}${tree}`
}

function adviceFor(limitBytes: number): string {
  const longest = showMillis(longestWaitMs)
  return `each new process soon uses more than ${showBytes(limitBytes)}: raise \`max_memory_restart\`, or find the leak; replacements now wait, at most ${longest}`
}
