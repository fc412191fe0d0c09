import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import writeFileAtomic from 'write-file-atomic'
import type { Clock } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import { limits } from '../protocol/limits.ts'
import { isObject } from '../protocol/untyped.ts'
import { BucketMemory, type CommandMemory, type Outcome } from './command-memory.ts'

interface Options {
  readonly path: string
  readonly clock: Clock
  /** Told when the disk refuses: until the next start, the memory is that of this process alone. */
  readonly onTrouble: (why: string | undefined) => void
}

/** One line of the file: a command began, or, with its outcome, ended. */
interface Line {
  /** ms since 1970. */
  readonly at: number
  readonly id: string
  readonly op: string
  readonly outcome?: Outcome
}

/** The file is written anew, without what is forgotten, when it has grown by this much. */
const rewriteAfterBytes = 4 * 1024 * 1024

/**
 * The memory of commands in `state/commands.jsonl`: a line when a command begins, before it
 * does, and one when it ends. A manager that finds a beginning without an end answers for
 * its predecessor that it failed, and does not run it again.
 */
export function commandFile({ path, clock, onTrouble }: Options): CommandMemory {
  const memory = new BucketMemory()
  const now = (): number => clock.date().getTime()
  let grownBytes = 0
  const disk = new WaryDisk(onTrouble)

  for (const line of recent(path, now())) {
    memory.note(line.id, { op: line.op, outcome: line.outcome ?? orphaned(line.op) }, line.at)
  }
  const rewrite = (): void => {
    const lines = [...memory.entries()].map(([id, { op, outcome }, at]) =>
      text({ at, id, op, outcome }),
    )
    grownBytes = 0
    writeFileAtomic.sync(path, lines.join(''), { mode: 0o600, fsync: false })
  }
  const append = (line: string): void => {
    if (grownBytes > rewriteAfterBytes) return rewrite()
    // A write that failed may have left half a line, which must not swallow this one.
    appendFileSync(path, disk.isTorn ? `\n${line}` : line, { mode: 0o600 })
    grownBytes += line.length
  }
  const note = (id: string, op: string, outcome: Outcome | undefined): void => {
    const at = now()
    memory.note(id, { op, outcome }, at)
    disk.attempt(() => append(text({ at, id, op, outcome })))
  }
  disk.attempt(rewrite)

  return {
    recall: (id) => memory.recall(id, now()),
    began: (id, op) => note(id, op, undefined),
    ended: (id, outcome) => note(id, outcome.op, outcome),
  }
}

/** Goes on without a disk that refuses, says so, and says when it is well again. */
class WaryDisk {
  readonly #onTrouble: Options['onTrouble']
  /** The last write may have left half a line. */
  isTorn = false

  constructor(onTrouble: Options['onTrouble']) {
    this.#onTrouble = onTrouble
  }

  attempt(write: () => void): void {
    try {
      write()
      this.isTorn = false
      this.#onTrouble(undefined)
    } catch (thrown) {
      this.isTorn = true
      this.#onTrouble(messageOf(thrown))
    }
  }
}

function orphaned(op: string): Outcome {
  return {
    status: 'failed',
    op,
    code: 'E_FAILED',
    message: `the manager restarted while running ${op}`,
    hint: 'see what came of it with: troupe list',
    ms: 0,
  }
}

function recent(path: string, now: number): readonly Line[] {
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n').flatMap(lineFrom)
  return lines.filter(({ at }) => now - at <= limits.rememberedMs)
}

/** A line torn by a crash is none. */
function lineFrom(line: string): Line[] {
  try {
    const read: unknown = JSON.parse(line)
    // Written by this file alone; only a torn or foreign line lacks its members.
    return isObject(read) && typeof read['id'] === 'string' ? [read as unknown as Line] : []
  } catch {
    return []
  }
}

function text({
  at,
  id,
  op,
  outcome,
}: Omit<Line, 'outcome'> & { outcome: Outcome | undefined }): string {
  return `${JSON.stringify({ at, id, op, outcome })}\n`
}
