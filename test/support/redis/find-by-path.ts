import { startGuarded } from './guarded-process.ts'
import type { RedisPrograms } from './programs.ts'
import { run } from './run.ts'
import { searchPath } from './search-path.ts'

/** Uses the Redis or Valkey that is installed here. */
export async function findByPath(): Promise<RedisPrograms> {
  const server = searchPath('redis-server', 'valkey-server')
  if (server === undefined) throw new Error('no redis-server or valkey-server on the PATH')
  const cli = searchPath('redis-cli', 'valkey-cli')
  if (cli === undefined) throw new Error(`${server} is on the PATH, but no redis-cli`)
  return programsAt(server, cli)
}

/** Resolves once both programs have shown that they run here. */
export async function programsAt(server: string, cli: string): Promise<RedisPrograms> {
  await Promise.all([run(server, ['--version']), run(cli, ['--version'])])
  return { cli, start: (directory, args) => startGuarded(directory, server, args) }
}
