import { join } from 'node:path'
import { TroupeError } from '../base/errors.ts'
import type { ServiceSpec } from '../declaration/service.ts'
import type { Result } from '../protocol/operations.ts'
import type { InstanceView } from '../protocol/views.ts'
import { readJson, writeJson } from './atomic-file.ts'
import type { DesiredService, DesiredStore } from './desired-state.ts'
import type { Asker, Roster } from './roster.ts'

interface SavedService {
  readonly spec: ServiceSpec
  readonly inherited: Readonly<Record<string, string>>
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
    const { environments } = this.#store.state
    const saved = services.map(({ spec, environment }): SavedService => ({
      spec,
      inherited: environments[environment] ?? {},
    }))
    writeJson(this.#path, saved, { isDurable: true })
    return { services: saved.length, file: this.#path }
  }

  /** Starts again what `kill` stopped, and what was saved and is no longer declared. */
  async resurrect(roster: Roster, asker: Asker): Promise<readonly InstanceView[]> {
    const names = new Set(roster.services.map(({ spec }) => spec.name))
    const lost = this.#read().filter(({ spec }) => !names.has(spec.name))
    const stopped = roster.services.filter(({ spec }) =>
      this.#store.state.halted.includes(spec.name),
    )
    const again = stopped.map(({ spec }) => ({ service: spec.name }))
    const views: InstanceView[] = [...(await roster.act('start', again, asker))]
    for (const { spec, inherited } of lost) {
      const declaration = { services: [spec], groups: [], warnings: [] }
      views.push(...(await roster.declare(declaration, inherited, { ...asker, isRestart: false })))
    }
    return views
  }

  #read(): readonly SavedService[] {
    const read = readJson(this.#path)
    if (read === undefined) return []
    if (Array.isArray(read)) return read
    throw new TroupeError('E_CONFIG', `${this.#path} does not hold saved services`, {
      hint: 'remove it, and save again',
    })
  }
}
