import type { Clock } from '../base/clock.ts'
import { limits } from '../protocol/limits.ts'
import type { Reply } from '../protocol/replies.ts'

/** What became of a command that was begun. */
export type Outcome = Extract<Reply, { readonly status: 'done' | 'failed' | 'superseded' }>

/** Which commands were run, so that none runs twice (PROTOCOL §4). */
export interface CommandMemory {
  /** Undefined: it was never here, or is forgotten. */
  recall(id: string): Remembered | undefined
  /** Returns once a manager that starts again would know. */
  began(id: string, op: string): void
  ended(id: string, outcome: Outcome): void
}

/** What is known of a command whose id was seen before: it is answered again, not run again. */
export interface Remembered {
  readonly op: string
  /** Undefined while it runs. */
  readonly outcome: Outcome | undefined
}

interface Bucket {
  /** Wall time of its first id, ms since 1970. */
  readonly since: number
  readonly ids: Map<string, Remembered>
}

const bucketMs = 60_000
const bucketIds = 1_000
const keptChars = 4_096

/**
 * Remembers in buckets of a minute, which are dropped whole. One map with its oldest entry
 * deleted at every insert costs 13 µs an insert; this costs a handful of lookups.
 */
export class BucketMemory {
  #buckets: Bucket[] = []

  recall(id: string, now: number): Remembered | undefined {
    const bucket = this.#buckets.find(({ ids }) => ids.has(id))
    return bucket === undefined || isPast(bucket, now) ? undefined : bucket.ids.get(id)
  }

  note(id: string, what: Remembered, now: number): void {
    const known = this.#buckets.find(({ ids }) => ids.has(id))
    const bucket = known ?? this.#latest(now)
    bucket.ids.set(id, what)
  }

  /** Oldest first. */
  *entries(): Generator<readonly [id: string, what: Remembered, since: number]> {
    for (const { ids, since } of this.#buckets) {
      for (const [id, what] of ids) yield [id, what, since]
    }
  }

  #latest(now: number): Bucket {
    const last = this.#buckets.at(-1)
    if (last !== undefined && last.ids.size < bucketIds && now - last.since < bucketMs) return last
    const bucket = { since: now, ids: new Map<string, Remembered>() }
    this.#buckets = [...this.#buckets.filter((each) => !isPast(each, now)), bucket]
    while (this.#isFullWithoutOldest()) this.#buckets.shift()
    return bucket
  }

  #isFullWithoutOldest(): boolean {
    const newer = this.#buckets.slice(1)
    return newer.reduce((sum, { ids }) => sum + ids.size, 0) >= limits.rememberedCommands
  }
}

/** A bucket is as old as its first id, and must last as long as its last. */
function isPast({ since }: Bucket, now: number): boolean {
  return now - since > limits.rememberedMs + bucketMs
}

/**
 * What is worth keeping of an outcome: thousands of long ones would fill the memory, and
 * that a command was done matters more than what it answered.
 */
export function keepsake(outcome: Outcome): Outcome {
  if (outcome.status !== 'done') return outcome
  if (JSON.stringify(outcome.result ?? null).length <= keptChars) return outcome
  const note = 'it was done before; its long answer was not kept, ask with: status'
  return { ...outcome, result: { instances: [], notes: [note] } }
}

/** For tests, and for a manager without a disk. */
export function memoryOnly(clock: Clock): CommandMemory {
  const memory = new BucketMemory()
  const now = (): number => clock.date().getTime()
  return {
    recall: (id) => memory.recall(id, now()),
    began: (id, op) => memory.note(id, { op, outcome: undefined }, now()),
    ended: (id, outcome) => memory.note(id, { op: outcome.op, outcome }, now()),
  }
}
