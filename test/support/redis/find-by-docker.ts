import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheFolder } from './cache.ts'
import { startGuarded } from './guarded-process.ts'
import type { RedisPrograms, RunningServer } from './programs.ts'
import { run } from './run.ts'
import { searchPath } from './search-path.ts'

const image = process.env['TROUPE_TEST_REDIS_IMAGE'] ?? 'redis:7-alpine'
const pullMs = 120_000

/** Uses the Redis image of a Docker on this machine, whose containers share the loopback with the tests. */
export async function findByDocker(): Promise<RedisPrograms> {
  if (process.platform !== 'linux') throw new Error('Docker shares its loopback on Linux alone')
  const docker = searchPath('docker')
  if (docker === undefined) throw new Error('no docker on the PATH')
  await run(docker, ['version'])
  const cli = await writeCli(docker)
  await run(cli, ['--version'], { timeout: pullMs })
  await untilTestcontainersWorks()
  return { cli, start: (directory, args) => startContainer(docker, directory, args) }
}

/** Testcontainers looks for Docker in its own way, and may start a container that clears up after it. */
async function untilTestcontainersWorks(): Promise<void> {
  // It takes most of a second to load, which nobody shall pay who has a Redis without it.
  const { getContainerRuntimeClient, getReaper } = await import('testcontainers')
  await getReaper(await getContainerRuntimeClient())
}

/** A container of its own for every call reaches servers that are frozen or dead too. */
async function writeCli(docker: string): Promise<string> {
  const cli = join(cacheFolder, 'docker', 'redis-cli')
  const options = `--rm -i --network host -v "${tmpdir()}:${tmpdir()}:ro" --entrypoint redis-cli`
  await mkdir(join(cacheFolder, 'docker'), { recursive: true })
  await writeFile(cli, `#!/bin/sh\nexec "${docker}" run ${options} "${image}" "$@"\n`, {
    mode: 0o755,
  })
  return cli
}

async function startContainer(
  docker: string,
  directory: string,
  args: readonly string[],
): Promise<RunningServer> {
  const { GenericContainer } = await import('testcontainers')
  const container = await new GenericContainer(image)
    .withNetworkMode('host')
    .withBindMounts([{ source: directory, target: directory }])
    .withUser(`${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`)
    .withCommand(['redis-server', ...args])
    .start()
  const id = container.getId()
  const removal = ['rm', '--force', '--volumes', id]
  const atEnd = `"${docker}" ${removal.join(' ')}`
  const waiting = await startGuarded(directory, docker, ['wait', id], atEnd)
  let isGone = false
  return {
    exited: waiting.exited.then(async () => {
      isGone = true
      await run(docker, removal)
    }),
    signal: (name) => void (isGone || execFileSync(docker, ['kill', '--signal', name, id])),
  }
}
