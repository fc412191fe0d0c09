import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { downloadPackages } from './apt.ts'
import { cacheFolder } from './cache.ts'
import { programsAt } from './find-by-path.ts'
import type { RedisPrograms } from './programs.ts'
import { run } from './run.ts'
import { searchPath } from './search-path.ts'

/** Uses the package of Debian or Ubuntu, downloaded and unpacked into the cache; nothing is installed, no root needed. */
export async function findByPackage(): Promise<RedisPrograms> {
  const lacking = ['apt-get', 'dpkg-deb'].filter((name) => searchPath(name) === undefined)
  if (lacking.length > 0) throw new Error(`no ${lacking.join(' and ')}: not Debian or Ubuntu`)
  const home = join(cacheFolder, await systemName())
  return await programsIn(home).catch(async () => {
    await fill(home)
    return await programsIn(home)
  })
}

function programsIn(home: string): Promise<RedisPrograms> {
  return programsAt(join(home, 'bin', 'redis-server'), join(home, 'bin', 'redis-cli'))
}

/** A folder shared between containers may meet several systems, and libraries fit one alone. */
async function systemName(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8')
  const field = (name: string): string =>
    new RegExp(`^${name}="?([^"\n]*)`, 'm').exec(release)?.[1] ?? 'unknown'
  return `${field('ID')}-${field('VERSION_ID')}-${process.arch}`
}

/** Builds the folder beside its place and moves it there whole, so that others find all of it or nothing. */
async function fill(home: string): Promise<void> {
  await rm(home, { recursive: true, force: true })
  await mkdir(dirname(home), { recursive: true })
  const building = await mkdtemp(`${home}.`)
  try {
    const download = join(building, 'download')
    await mkdir(download)
    await downloadPackages(['redis-server', 'redis-tools'], download)
    const archives = (await readdir(download)).filter((name) => name.endsWith('.deb'))
    for (const archive of archives) {
      await run('dpkg-deb', ['-x', join(download, archive), join(building, 'root')])
    }
    await rm(download, { recursive: true })
    await writeLaunchers(building)
    await rename(building, home).catch(unlessFilledMeanwhile)
  } finally {
    await rm(building, { recursive: true, force: true })
  }
}

function unlessFilledMeanwhile(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
}

async function writeLaunchers(home: string): Promise<void> {
  const files = await readdir(join(home, 'root'), { recursive: true })
  const libraries = files.filter((file) => /\/lib[^/]*\.so[^/]*$/.test(file))
  const folders = new Set(libraries.map((file) => `$home/root/${dirname(file)}`))
  await mkdir(join(home, 'bin'))
  for (const name of ['redis-server', 'redis-cli']) {
    const lines = [
      '#!/bin/sh',
      'home=$(dirname "$(dirname "$(readlink -f "$0")")")',
      `export LD_LIBRARY_PATH="${[...folders].join(':')}"`,
      `exec "$home/root/usr/bin/${name}" "$@"`,
    ]
    await writeFile(join(home, 'bin', name), `${lines.join('\n')}\n`, { mode: 0o755 })
  }
}
