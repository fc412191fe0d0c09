import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { TroupeError } from '../base/errors.ts'
import type { GroupSpec, ServiceSpec } from '../declaration/service.ts'
import type { Result } from '../protocol/operations.ts'
import type { InstanceView } from '../protocol/views.ts'
import { readJson, writeJson } from './atomic-file.ts'
import type { DesiredService } from './desired-state.ts'
import type { DesiredStore } from './desired-store.ts'
import type { Asker, Roster } from './roster.ts'

interface SavedService {
  readonly spec: ServiceSpec
  readonly inherited: Readonly<Record<string, string>>
}

/** What stands in the file; one that was written before groups were kept is the list of services alone. */
interface Saved {
  readonly groups: readonly GroupSpec[]
  readonly services: readonly SavedService[]
}

/**
 * What `save` keeps and `resurrect` brings back. Nobody has to save for a reboot: the
 * desired state is on disk anyway. This is a list to come back to, as in PM2.
 */
export class SavedServices {
  readonly #path: string
  readonly #store: DesiredStore

  constructor(dir: string, store: DesiredStore) {
    this.#path = join(dir, 'saved.json')
    this.#store = store
  }

  save(services: readonly DesiredService[]): Result<'save'> {
    const { environments, groups } = this.#store.state
    const saved: Saved = {
      groups,
      services: services.map(({ spec, environment }) => ({
        spec,
        inherited: environments[environment] ?? {},
      })),
    }
    writeJson(this.#path, saved, { isDurable: true })
    return { services: services.length, file: this.#path }
  }

  /** Forgets what was saved. */
  clear(): Result<'save'> {
    rmSync(this.#path, { force: true })
    return { services: 0, file: this.#path }
  }

  /** Starts again what `kill` stopped, and what was saved and is no longer declared. */
  async resurrect(roster: Roster, asker: Asker): Promise<readonly InstanceView[]> {
    const names = new Set(roster.services.map(({ spec }) => spec.name))
    const saved = this.#read()
    const lost = saved.services.filter(({ spec }) => !names.has(spec.name))
    const stopped = roster.services.filter(({ spec }) =>
      this.#store.state.halted.includes(spec.name),
    )
    const again = stopped.map(({ spec }) => ({ service: spec.name }))
    const views: InstanceView[] = [...(await roster.act('start', again, asker))]
    for (const { spec, inherited } of lost) {
      const known = this.#store.state.groups.map(({ name }) => name)
      const groups = saved.groups.filter(
        ({ name }) => name === spec.namespace && !known.includes(name),
      )
      const declaration = { services: [spec], groups, warnings: [] }
      const { instances } = await roster.declare(declaration, inherited, { ...asker, how: 'start' })
      views.push(...instances)
    }
    return views
  }

  #read(): Saved {
    const found = readJson(this.#path)
    if (found.kind === 'absent') return { groups: [], services: [] }
    const read = found.kind === 'read' ? found.value : undefined
    if (Array.isArray(read)) return { groups: [], services: read }
    if (isSaved(read)) return read
    throw new TroupeError('E_CONFIG', `${this.#path} does not hold saved services`, {
      hint: 'remove it, and save again',
    })
  }
}

/** Written by this file alone: more than its outline need not be looked at. */
function isSaved(read: unknown): read is Saved {
  return (
    typeof read === 'object' &&
    read !== null &&
    'services' in read &&
    Array.isArray(read.services) &&
    'groups' in read &&
    Array.isArray(read.groups)
  )
}
