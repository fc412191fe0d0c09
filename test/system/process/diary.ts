import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { type AgentWord } from '../../../src/process/agent/words.ts'
import { type LaunchOrder } from '../../../src/process/host.ts'
import { type Lab, node } from './lab.ts'

export interface Note {
  readonly launchId: string
  readonly kind: 'found' | 'started' | 'said' | 'exited' | 'set up'
  readonly what: unknown
}

/** One manager after another in one home, each killed without warning; what they heard stands in one diary. */
export class Diary {
  readonly #lab: Lab
  readonly #path: string
  #manager: ChildProcess | undefined

  constructor(lab: Lab) {
    onTestFinished(() => this.killManager())
    this.#lab = lab
    this.#path = join(lab.home, 'diary')
  }

  /** Resolves when the manager has taken over what there was and started its orders. */
  async nextManager(orders: readonly LaunchOrder[] = []): Promise<void> {
    const { home, managerId } = this.#lab
    const before = await this.#setUps()
    const task = JSON.stringify({ home, managerId, orders, diary: this.#path })
    const script = new URL('diarist.ts', import.meta.url).pathname
    this.#manager = spawn(node, ['--import', 'jiti/register', script, task], {
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    await vi.waitUntil(async () => (await this.#setUps()) > before, { timeout: 10_000 })
  }

  /** `kill -9`; resolves when it is dead. */
  async killManager(): Promise<void> {
    const manager = this.#manager
    if (!manager) return
    const gone = once(manager, 'exit')
    manager.kill('SIGKILL')
    await gone
    this.#manager = undefined
  }

  async notes(): Promise<readonly Note[]> {
    const text = await readFile(this.#path, 'utf8').catch(() => '')
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line))
  }

  /** Everything that services said, oldest first. */
  async words(): Promise<readonly AgentWord[]> {
    const notes = await this.notes()
    // Only the diarist writes there.
    return notes.filter(({ kind }) => kind === 'said').map(({ what }) => what as AgentWord)
  }

  async #setUps(): Promise<number> {
    return (await this.notes()).filter(({ kind }) => kind === 'set up').length
  }
}
