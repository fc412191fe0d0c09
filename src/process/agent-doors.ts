import { mkdir, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { messageOf, TroupeError } from '../base/errors.ts'
import { AgentDoor } from './agent-door.ts'
import type { LaunchOrder } from './host.ts'
import type { Switchboard } from './switchboard.ts'

/** Where doors for other users stand: they cannot reach into a home. Only root has any, and `/run` is root's. */
const outside = '/run/troupe'

/**
 * The doors of a home: one in the home, and one for each other user that a service runs as, which that user alone
 * can open. Their paths do not change from manager to manager.
 */
export class AgentDoors {
  readonly #switchboard: Switchboard
  readonly #inside: string
  readonly #outside: string
  readonly #open = new Map<string, Promise<AgentDoor>>()

  constructor(of: { readonly home: string; readonly managerId: string }, switchboard: Switchboard) {
    this.#switchboard = switchboard
    this.#inside = join(of.home, 'agents.sock')
    this.#outside = join(outside, of.managerId)
  }

  /** @throws an error of the file system */
  async open(): Promise<void> {
    await this.for(undefined)
  }

  /**
   * The path of the door for a user, who can open it once this resolves.
   *
   * @throws TroupeError `E_PREFLIGHT` when there cannot be one
   */
  async for(user: LaunchOrder['user']): Promise<string> {
    const uid = user?.uid
    const isOurs = uid === undefined || uid === process.geteuid?.()
    const path = isOurs ? this.#inside : join(this.#outside, `${uid}.sock`)
    try {
      await this.#doorAt(path, isOurs ? undefined : uid)
      return path
    } catch (cause) {
      this.#open.delete(path)
      const whose = isOurs ? 'in the home' : `for user ${uid}`
      const hint = `see \`ls -ld ${isOurs ? dirname(path) : outside}\``
      const why = `no socket ${whose} for what services say: ${messageOf(cause)}`
      throw new TroupeError('E_PREFLIGHT', why, { hint, cause })
    }
  }

  async close(): Promise<void> {
    const closing = [...this.#open.values()].map(async (door) => (await door).close())
    await Promise.allSettled(closing)
    // Another manager of this home may have its own in there by now.
    await rmdir(this.#outside).catch(() => {})
  }

  #doorAt(path: string, uid: number | undefined): Promise<AgentDoor> {
    const known = this.#open.get(path)
    if (known !== undefined) return known
    const made = this.#make(path, uid)
    this.#open.set(path, made)
    return made
  }

  async #make(path: string, uid: number | undefined): Promise<AgentDoor> {
    if (uid !== undefined) for (const dir of [outside, this.#outside]) await passable(dir)
    const door = new AgentDoor(path, this.#switchboard)
    await door.open(uid)
    return door
  }
}

/** A directory of root's that others can go through and not look into. */
async function passable(dir: string): Promise<void> {
  await mkdir(dir, { mode: 0o711 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  const { uid, mode } = await stat(dir)
  if (uid !== 0 || (mode & 0o022) !== 0) throw new Error(`${dir} is not root's alone`)
}
