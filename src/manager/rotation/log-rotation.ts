import { readdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Cancel, type Clock, every } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { RotationSpec } from '../../declaration/rotation.ts'
import type { Frozen } from '../../process/freeze.ts'
import type { ProcessIdentity } from '../../process/host.ts'
import type { EventDraft } from '../../protocol/events.ts'
import { clearFrozenNote, writeFrozenNote } from './frozen-note.ts'
import { dueReason, type Rotated, stampOf, surplus } from './policy.ts'
import { rotateFile, type Rotation } from './rotate.ts'

/** One file that a service writes to. */
export interface ServiceLog {
  readonly service: string
  readonly path: string
  readonly policy: RotationSpec
}

interface RotationPorts {
  readonly clock: Clock
  /** Where it is written down who stands still. */
  readonly noteFile: string
  readonly logs: () => readonly ServiceLog[]
  /** The cookies of the launches that write to a file. */
  readonly writersOf: (path: string) => ReadonlySet<string>
  readonly freeze: (
    cookies: ReadonlySet<string>,
    noted: (stopped: readonly ProcessIdentity[]) => void,
  ) => Promise<Frozen | undefined>
  readonly announce: (draft: EventDraft) => void
  /** Something that people should know of; undefined when it is over. */
  readonly trouble: (about: string, text: string | undefined) => void
}

type Why = 'size' | 'age' | 'asked'

const lookEveryMs = 5_000

/** Rotates the logs of services, one at a time, and drops what is too much of what was rotated. */
export class LogRotation {
  readonly #ports: RotationPorts
  #cancel: Cancel = () => {}
  #turn: Promise<unknown> = Promise.resolve()

  constructor(ports: RotationPorts) {
    this.#ports = ports
  }

  open(): void {
    let isLooking = false
    this.#cancel = every(this.#ports.clock, lookEveryMs, () => {
      if (isLooking) return
      isLooking = true
      void this.look().finally(() => (isLooking = false))
    })
  }

  /** Resolves once nobody stands still because of it. */
  async close(): Promise<void> {
    this.#cancel()
    await this.#turn
  }

  /** Rotates whatever is due. */
  async look(): Promise<void> {
    const now = this.#ports.clock.date().getTime()
    for (const log of distinct(this.#ports.logs())) {
      // One after the other: each copy is a disk's whole attention. A file that vanishes meanwhile is not due.
      // oxlint-disable-next-line no-await-in-loop
      const why = await dueNow(log, now).catch(() => undefined)
      // oxlint-disable-next-line no-await-in-loop
      if (why !== undefined) await this.rotate(log, why)
    }
  }

  /** Rotates one log now; what goes wrong is told as a trouble of the host, never thrown. */
  rotate(log: ServiceLog, why: Why): Promise<void> {
    const turn = this.#turn.then(() => this.#rotate(log, why))
    this.#turn = turn
    return turn
  }

  async #rotate(log: ServiceLog, why: Why): Promise<void> {
    const { trouble, announce } = this.#ports
    const about = `rotation of ${log.path}`
    try {
      const done = await this.#move(log)
      trouble(about, done === undefined ? `${about}: its writers do not stand still` : undefined)
      if (done === undefined) return
      const { path: file, rotatedTo, bytes, frozenMs } = done
      announce({
        type: 'log.rotated',
        service: log.service,
        data: { file, rotatedTo, bytes, why, frozenMs: Math.round(frozenMs) },
      })
      for (const { path } of surplus(log.policy, await rotatedOf(log.path))) {
        // oxlint-disable-next-line no-await-in-loop
        await rm(path, { force: true })
      }
    } catch (error) {
      trouble(about, `${about} failed: ${messageOf(error)}`)
    }
  }

  async #move({ path }: ServiceLog): Promise<Rotation | undefined> {
    const { clock, noteFile, writersOf, freeze } = this.#ports
    const rotatedTo = await freeName(`${path}.${stampOf(clock.date())}`)
    try {
      return await rotateFile(path, rotatedTo, {
        now: () => clock.now(),
        freeze: () =>
          freeze(writersOf(path), (stopped) =>
            writeFrozenNote(noteFile, { stopped, path, rotatedTo }),
          ),
      })
    } finally {
      clearFrozenNote(noteFile)
    }
  }
}

async function dueNow({ path, policy }: ServiceLog, now: number): Promise<Why | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined || !found.isFile()) return undefined
  const state = { bytes: found.size, since: found.birthtimeMs }
  if (policy.maxAgeMs === undefined || dueReason(policy, state, now) !== 'age') {
    return dueReason(policy, state, now)
  }
  const [newest] = await rotatedOf(path)
  const since = newest === undefined ? state.since : (await stat(newest.path)).mtimeMs
  return dueReason(policy, { ...state, since }, now)
}

/** What was rotated of a log, newest first. */
export async function rotatedOf(path: string): Promise<readonly Rotated[]> {
  const dir = dirname(path)
  const name = basename(path)
  const names = (await readdir(dir))
    .filter((each) => each.startsWith(`${name}.`) && isStamp(each.slice(name.length + 1)))
    .toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }))
  return Promise.all(
    names.map(async (each) => {
      const { size } = await stat(join(dir, each))
      return { path: join(dir, each), bytes: size }
    }),
  )
}

function isStamp(text: string): boolean {
  return /^\d{8}-\d{6}(-\d+)?$/.test(text)
}

async function freeName(wanted: string): Promise<string> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}-${number}`
    // oxlint-disable-next-line no-await-in-loop
    const isTaken = await stat(name).then(
      () => true,
      () => false,
    )
    if (!isTaken) return name
  }
}

/** Several instances may write one file. */
function distinct(logs: readonly ServiceLog[]): readonly ServiceLog[] {
  return [...new Map(logs.map((log) => [log.path, log])).values()]
}
