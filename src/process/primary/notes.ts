import { closeSync, constants, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { openWriter } from '../lifeline.ts'
import type { LaunchRecord } from '../host.ts'

/**
 * What a guard would note of its process, noted by a primary of its worker: the same files, the same lines in the
 * lifeline, in the same order. So nobody who reads them later has to know the difference.
 */
export class WorkerNotes {
  readonly #dir: string
  /** What the worker inherits. */
  readonly life: number
  readonly out: number
  readonly error: number

  /** @throws an error of the file system, for one when somebody has settled the launch meanwhile */
  constructor({ dir, files }: LaunchRecord) {
    this.#dir = dir
    const opened: number[] = []
    const open = (fd: number): number => {
      opened.push(fd)
      return fd
    }
    try {
      writeFileSync(join(dir, 'pid'), readFileSync('/proc/self/stat'))
      this.life = open(openWriter(join(dir, 'life')))
      this.out = open(openLog(files.out))
      this.error = open(openLog(files.error))
    } catch (error) {
      for (const fd of opened) closeSync(fd)
      throw error
    }
  }

  /**
   * Call in the turn in which the worker was forked: nobody has reaped it yet, so its pid is its own.
   *
   * @throws an error of the file system
   */
  born(pid: number): void {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1').trim()
    writeFileSync(join(this.#dir, 'main'), `${stat}\n`)
    this.#tell(`main ${stat}\n`)
    closeSync(this.out)
    closeSync(this.error)
  }

  /** As a shell would report it. */
  ended(status: number): void {
    try {
      writeFileSync(join(this.#dir, 'exit'), `${status}\n`)
    } catch {
      // A full disk, or a directory that somebody removed: the lifeline still says it to a manager that lives.
    }
    this.#tell(`exit ${status}\n`)
    closeSync(this.life)
  }

  /** There is no worker after all. */
  abandon(): void {
    for (const fd of [this.life, this.out, this.error]) closeQuietly(fd)
  }

  /** A worker that fills its lifeline by accident cannot stop its primary. */
  #tell(line: string): void {
    try {
      writeSync(this.life, line)
    } catch {}
  }
}

function openLog(path: string): number {
  return openSync(path, constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY, 0o640)
}

function closeQuietly(fd: number): void {
  try {
    closeSync(fd)
  } catch {}
}
