import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { type LaunchOrder } from '../../../src/process/host.ts'
import { type Lab, node } from './lab.ts'

/** A manager in a process of its own that has started its orders, and waits to be killed. */
export class DoomedManager {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  /** Resolves when every order is started. */
  static async running(lab: Lab, orders: readonly LaunchOrder[]): Promise<DoomedManager> {
    const launcher = new URL('launcher.ts', import.meta.url).pathname
    const task = JSON.stringify({ home: lab.home, managerId: lab.managerId, orders })
    const child = spawn(node, ['--import', 'jiti/register', launcher, task], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines = createInterface(child.stdout)
    let isStarted = 0
    for await (const line of lines) {
      if (line.includes(' started ')) isStarted++
      if (isStarted === orders.length) return new DoomedManager(child)
    }
    throw new Error('the launcher ended before everything was started')
  }

  /** `kill -9`; resolves when it is dead. */
  async kill(): Promise<void> {
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await gone
  }
}
