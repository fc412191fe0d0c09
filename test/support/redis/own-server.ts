import { readFile, rm } from 'node:fs/promises'
import { freePort } from './free-port.ts'
import type { RedisPrograms, RunningServer } from './programs.ts'
import { run } from './run.ts'
import { type ServerFiles, writeServerFiles } from './server-files.ts'
import type { RedisOptions, TestRedis } from './test-redis.ts'
import { untilAnswers } from './until-answers.ts'

/** Between finding a free port and listening there, another process may have taken it. */
const portAttempts = 3

/** Starts a server of its own from these programs; `config` overrides what a plain data server is configured with. */
export async function startOwnServer(
  programs: RedisPrograms,
  options: RedisOptions,
  config: readonly string[] = dataServer(options),
): Promise<OwnServer> {
  const files = await writeServerFiles(options, config)
  for (let attempt = 1; ; attempt += 1) {
    const server = new OwnServer(programs, options, files, await freePort())
    try {
      await server.restart()
      return server
    } catch (error) {
      const isTaken = error instanceof Error && error.message.includes('already in use')
      if (isTaken && attempt < portAttempts) continue
      await server.stop()
      throw error
    }
  }
}

function dataServer({ persist = false }: RedisOptions): string[] {
  return ['save ""', `appendonly ${persist ? 'yes' : 'no'}`]
}

/** A server that nobody else uses, with its own directory. */
export class OwnServer implements TestRedis {
  readonly port: number
  readonly url: string
  readonly cli: string
  readonly caFile: string | undefined
  readonly #programs: RedisPrograms
  readonly #options: RedisOptions
  readonly #files: ServerFiles
  #running: RunningServer | undefined

  constructor(programs: RedisPrograms, options: RedisOptions, files: ServerFiles, port: number) {
    this.port = port
    this.url = `${options.tls === true ? 'rediss' : 'redis'}://127.0.0.1:${port}/0`
    this.cli = programs.cli
    this.caFile = files.caFile
    this.#programs = programs
    this.#options = options
    this.#files = files
  }

  cliArgs(args: readonly string[]): string[] {
    const tls = this.caFile === undefined ? [] : ['--tls', '--cacert', this.caFile]
    return ['-h', '127.0.0.1', '-p', String(this.port), ...tls, ...args]
  }

  async redisCli(...args: string[]): Promise<string> {
    return (await run(this.cli, this.cliArgs(args))).trimEnd()
  }

  freeze(): void {
    this.#running?.signal('SIGSTOP')
  }

  thaw(): void {
    this.#running?.signal('SIGCONT')
  }

  async kill(): Promise<void> {
    this.#running?.signal('SIGKILL')
    await this.#running?.exited
    this.#running = undefined
  }

  async restart(): Promise<void> {
    await this.kill()
    await rm(this.#files.log, { force: true })
    const listen = this.caFile === undefined ? ['--port'] : ['--port', '0', '--tls-port']
    const args = [this.#files.config, ...listen, String(this.port), ...(this.#options.args ?? [])]
    const running = await this.#programs.start(this.#files.directory, args)
    this.#running = running
    const diedEarly = running.exited.then(async () => {
      throw new Error(`redis-server ended while starting: ${await this.#lastWords()}`)
    })
    // It also ends long after a good start, when nobody listens to this promise any more.
    diedEarly.catch(() => {})
    await Promise.race([untilAnswers(this.port, this.caFile !== undefined), diedEarly])
  }

  async stop(): Promise<void> {
    await this.kill()
    await rm(this.#files.directory, { recursive: true, force: true })
  }

  async #lastWords(): Promise<string> {
    const log = await readFile(this.#files.log, 'utf8').catch(() => 'it wrote no log')
    return log.trim().split('\n').slice(-3).join(' · ')
  }
}
