import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Cancel } from '../base/clock.ts'

/**
 * Tells of changes to files and to what their names stand for. Costs nothing while nobody
 * writes; a directory is watched once, however many names in it are of interest.
 */
export class LogWatch {
  readonly #watchers = new Set<FSWatcher>()
  readonly #names = new Map<string, Map<string, () => void>>()

  /** @throws when the system refuses to watch the directory of `path` */
  name(path: string, changed: () => void): void {
    const dir = dirname(path)
    const names = this.#names.get(dir) ?? this.#openDirectory(dir)
    names.set(basename(path), changed)
  }

  /** @throws when the system refuses, or there is no such file */
  file(path: string, changed: () => void): Cancel {
    const watcher = this.#open(path, changed)
    return () => this.#close(watcher)
  }

  close(): void {
    for (const watcher of this.#watchers) this.#close(watcher)
  }

  #openDirectory(dir: string): Map<string, () => void> {
    const names = new Map<string, () => void>()
    this.#open(dir, (type, name) => {
      // Writing changes a file and no name; it is heard of at the file itself.
      if (type === 'change') return
      for (const [each, changed] of names) if (name?.startsWith(each) !== false) changed()
    })
    this.#names.set(dir, names)
    return names
  }

  #open(path: string, changed: (type: string, name: string | null) => void): FSWatcher {
    const watcher = watch(path, changed)
    watcher.on('error', () => this.#close(watcher))
    this.#watchers.add(watcher)
    return watcher
  }

  #close(watcher: FSWatcher): void {
    this.#watchers.delete(watcher)
    watcher.close()
  }
}
