import { execFile } from 'node:child_process'
import { mkdir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { errnoOf, messageOf, TroupeError } from '../base/errors.ts'
import { uniqueId } from '../base/ids.ts'

const run = promisify(execFile)

/** One `mkfifo` makes this many, and more are made in the background when fewer than half are left. */
const batch = 64

/**
 * Spare FIFOs, made many at a time and renamed to where they are needed.
 *
 * Node cannot make a FIFO, and one `mkfifo` process for each would dominate the start of a hundred services.
 */
export class FifoPool {
  readonly #dir: string
  readonly #spare: string[] = []
  #making: Promise<void> | undefined

  constructor(dir: string) {
    this.#dir = dir
  }

  /** Finds the spares that an earlier manager left, and begins to make more. */
  async open(): Promise<void> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 })
    this.#spare.push(...(await readdir(this.#dir)))
    this.#stockUp()
  }

  /** Resolves when nothing is being made any more. */
  async close(): Promise<void> {
    await this.#making?.catch(ignore)
  }

  /**
   * Puts a fresh FIFO at `path`, which must be in the same file system.
   *
   * @throws TroupeError `E_PREFLIGHT` when none can be made
   */
  async place(path: string): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        // oxlint-disable-next-line no-await-in-loop
        return await rename(join(this.#dir, await this.#take()), path)
      } catch (error) {
        // Somebody tidied up: the next spare may still be there.
        if (errnoOf(error) !== 'ENOENT' || tries === batch) throw error
      }
    }
  }

  async #take(): Promise<string> {
    for (let name = this.#spare.pop(); ; name = this.#spare.pop()) {
      this.#stockUp()
      if (name !== undefined) return name
      // Others wait for the same batch, and may empty it first.
      // oxlint-disable-next-line no-await-in-loop
      await this.#making
    }
  }

  #stockUp(): void {
    if (this.#making || this.#spare.length >= batch / 2) return
    this.#making = this.#make().finally(() => (this.#making = undefined))
    // Whoever needs one and finds none waits for the same promise, and reports its failure.
    this.#making.catch(ignore)
  }

  async #make(): Promise<void> {
    const names = Array.from({ length: batch }, uniqueId)
    try {
      await run('mkfifo', ['-m', '600', ...names.map((name) => join(this.#dir, name))])
    } catch (cause) {
      throw new TroupeError('E_PREFLIGHT', `cannot make a FIFO: ${messageOf(cause)}`, {
        hint: 'mkfifo must be on the PATH, and TROUPE_HOME on a local file system with room',
        cause,
      })
    }
    this.#spare.push(...names)
  }
}

function ignore(): void {}
