import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errnoOf } from '../base/errors.ts'
import { pairsIn, type Settings, settingPath, valueAt, withValue } from './setting-path.ts'

/**
 * What `set` keeps and `get` answers, for scripts that use PM2 to remember something. No service reads it: its variables are in
 * its declaration.
 */
export class SettingsFile {
  readonly #path: string

  constructor(home: string) {
    this.#path = join(home, 'module_conf.json')
  }

  /** What stands under a name, or everything; undefined where nothing does. */
  async get(name?: string): Promise<string | Settings | undefined> {
    const settings = await this.#read()
    return name === undefined ? settings : valueAt(settings, settingPath(name))
  }

  async set(name: string, value: string): Promise<void> {
    await this.#change((settings) => withValue(settings, settingPath(name), value))
  }

  async multiset(pairs: string): Promise<void> {
    await this.#change((settings) =>
      pairsIn(pairs).reduce(
        (now, [name, value]) => withValue(now, settingPath(name), value),
        settings,
      ),
    )
  }

  /** `all` stands for every one. */
  async unset(name: string): Promise<void> {
    await this.#change((settings) =>
      name === 'all' ? {} : withValue(settings, settingPath(name), undefined),
    )
  }

  async #read(): Promise<Settings> {
    try {
      // Written by this file alone, and by people who know what they do.
      return JSON.parse(await readFile(this.#path, 'utf8')) as Settings
    } catch (thrown) {
      if (errnoOf(thrown) === 'ENOENT') return {}
      throw new Error(`${this.#path} cannot be read; mend or remove it`, { cause: thrown })
    }
  }

  async #change(change: (settings: Settings) => Settings): Promise<void> {
    const text = JSON.stringify(change(await this.#read()), undefined, 2)
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 })
    const fresh = `${this.#path}.${process.pid}`
    await writeFile(fresh, `${text}\n`, { mode: 0o600 })
    await rename(fresh, this.#path)
  }
}
