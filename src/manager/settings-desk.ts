import type { Params, Result } from '../protocol/operations.ts'
import { hidePasswords } from '../protocol/redact.ts'
import {
  checkSetting,
  checkSettingName,
  type Config,
  configFrom,
  readSettings,
  type Settings,
  writeSettings,
} from './config.ts'

/** Settings that a running manager cannot change: its names are in everything it said. */
const fixed = ['namespace', 'host.name']

/** Reads and changes `config.json` while the manager runs. */
export class SettingsDesk {
  readonly #path: string
  readonly #env: NodeJS.ProcessEnv
  readonly #apply: (config: Config) => Promise<void>
  #settings: Settings

  constructor(path: string, env: NodeJS.ProcessEnv, apply: (config: Config) => Promise<void>) {
    this.#path = path
    this.#env = env
    this.#apply = apply
    this.#settings = readSettings(path, env)
  }

  get config(): Config {
    return configFrom(this.#settings)
  }

  async change({ set = {}, unset = [] }: Params<'config'>): Promise<Result<'config'>> {
    for (const [name, value] of Object.entries(set)) checkSetting(name, value)
    const stored = readSettings(this.#path, {})
    // What stands in the file may be removed even where this version does not know it.
    for (const name of unset) if (!Object.hasOwn(stored, name)) checkSettingName(name)
    const kept = Object.entries({ ...stored, ...set }).filter(([name]) => !unset.includes(name))
    const changed = [...Object.keys(set), ...unset]
    if (changed.length > 0) {
      writeSettings(this.#path, Object.fromEntries(kept))
      this.#settings = readSettings(this.#path, this.#env)
      await this.#apply(this.config)
    }
    const shown = Object.entries(this.#settings).map(([name, value]) => [
      name,
      hidePasswords(value),
    ])
    return { config: Object.fromEntries(shown), notes: this.#notesOn(changed, set) }
  }

  #notesOn(changed: readonly string[], set: Settings): readonly string[] {
    return changed.flatMap((name) => {
      if (name in set && this.#settings[name] !== set[name]) {
        return [`${name} is set in the manager's environment, which wins`]
      }
      return fixed.includes(name)
        ? [`${name} changes when the manager starts again: troupe detach, then any verb`]
        : []
    })
  }
}
