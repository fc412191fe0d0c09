import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach } from 'vitest'

const open: string[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((path) => rm(path, { recursive: true, force: true })))
})

/** A folder of its own for one test. */
export class Folder {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  /** With these files in it. */
  static async with(...files: readonly string[]): Promise<Folder> {
    const path = await mkdtemp(join(tmpdir(), 'troupe-watch-'))
    open.push(path)
    const folder = new Folder(path)
    for (const file of files) await folder.write(file, 'old')
    return folder
  }

  at(name: string): string {
    return join(this.path, name)
  }

  async write(name: string, text = 'new'): Promise<void> {
    await mkdir(dirname(this.at(name)), { recursive: true })
    await writeFile(this.at(name), text)
  }

  /** As editors save: another file takes the place. */
  async replace(name: string): Promise<void> {
    await writeFile(this.at(`${name}.tmp`), 'new')
    await rename(this.at(`${name}.tmp`), this.at(name))
  }

  async remove(name: string): Promise<void> {
    await rm(this.at(name), { recursive: true })
  }
}
