import { copyFileSync, existsSync, linkSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, TroupeError } from '../base/errors.ts'
import { readJson, writeJson } from './atomic-file.ts'
import { type DesiredState, emptyState } from './desired-state.ts'

interface StoreOptions {
  readonly dir: string
  /** Told when the disk refuses what must be so all the same, and when it has caught up. */
  readonly onTrouble: (why: string | undefined) => void
}

/** The desired state on disk: written through to the platter, the two copies before it kept. */
export class DesiredStore {
  readonly #path: string
  readonly #onTrouble: StoreOptions['onTrouble']
  /** What was wrong with the file when it was read. */
  readonly damage: string | undefined
  #state: DesiredState

  constructor({ dir, onTrouble }: StoreOptions) {
    this.#path = join(dir, 'desired.json')
    this.#onTrouble = onTrouble
    const { state, damage } = recall(this.#path)
    this.#state = state
    this.damage = damage
  }

  get state(): DesiredState {
    return this.#state
  }

  /** @throws when the disk refuses; what is in memory then stays as it was */
  update(change: (state: DesiredState) => DesiredState): DesiredState {
    const next = this.#after(change)
    if (next !== this.#state) this.#write(next)
    this.#state = next
    return next
  }

  /**
   * As {@link update}, but without a disk the change is kept in memory: a full disk is no
   * reason to let run what is to be stopped. The next update that succeeds writes it.
   */
  updateRegardless(change: (state: DesiredState) => DesiredState): DesiredState {
    const next = this.#after(change)
    try {
      if (next !== this.#state) this.#write(next)
    } catch (thrown) {
      this.#onTrouble(messageOf(thrown))
    }
    this.#state = next
    return next
  }

  #after(change: (state: DesiredState) => DesiredState): DesiredState {
    const changed = change(this.#state)
    if (JSON.stringify(changed) === JSON.stringify(this.#state)) return this.#state
    return { ...changed, revision: this.#state.revision + 1 }
  }

  #write(next: DesiredState): void {
    keepCopies(this.#path)
    writeJson(this.#path, next, { isDurable: true })
    this.#onTrouble(undefined)
  }
}

/** Another name for the same file, and no copy: a full disk would leave half a copy where a whole one stood. */
function keepCopies(path: string): void {
  if (!existsSync(path)) return
  if (existsSync(`${path}.1`)) renameSync(`${path}.1`, `${path}.2`)
  try {
    linkSync(path, `${path}.1`)
  } catch {
    // Not every file system has hard links.
    copyFileSync(path, `${path}.1`)
  }
}

interface Recalled {
  readonly state: DesiredState
  /** What was wrong with newer copies, and where they are now. */
  readonly damage?: string
}

/** The newest copy that can be understood; a home without any is new. Damaged ones are put aside, not lost. */
function recall(path: string): Recalled {
  const copies = [path, `${path}.1`, `${path}.2`].filter((copy) => existsSync(copy))
  if (copies.length === 0) return { state: emptyState }
  for (const [index, copy] of copies.entries()) {
    const found = readJson(copy)
    if (found.kind !== 'read' || !isDesiredState(found.value)) continue
    const state = { ...emptyState, ...found.value }
    if (index === 0) return { state }
    if (existsSync(path)) renameSync(path, `${path}.damaged`)
    const damage = `${path} was damaged and is now ${path}.damaged; an older copy is in force: start what is missing again`
    return { state, damage }
  }
  throw new TroupeError('E_CONFIG', `none of ${copies.join(', ')} can be read as desired state`, {
    hint: 'move them away to begin with no services; what runs is taken over when it is declared again',
  })
}

function isDesiredState(value: unknown): value is DesiredState {
  return (
    isRecord(value) &&
    value['version'] === 1 &&
    Array.isArray(value['services']) &&
    value['services'].every(isDesiredService)
  )
}

function isDesiredService(value: unknown): boolean {
  if (!isRecord(value) || typeof value['id'] !== 'string') return false
  const { spec, slots } = value
  return (
    isRecord(spec) &&
    typeof spec['name'] === 'string' &&
    Array.isArray(slots) &&
    slots.every(isRecord)
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
