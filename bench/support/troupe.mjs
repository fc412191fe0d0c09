import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parentOf } from './proc.mjs'
import { run } from './run.mjs'

/** The build that is measured: `TROUPE_DIST`, or `dist`. */
export const dist = resolve(
  process.env.TROUPE_DIST ?? fileURLToPath(new URL('../../dist', import.meta.url)),
)
const cli = join(dist, 'cli', 'main.js')

/** Troupe in a home of its own, used through its command line alone. */
export class TroupeManager {
  name = 'Troupe'
  #env

  constructor(lab, { redisUrl } = {}) {
    if (!existsSync(cli)) throw new Error(`there is no ${cli}: npm run build, or set TROUPE_DIST`)
    const redis = redisUrl === undefined ? {} : { TROUPE_REDIS_URL: redisUrl }
    this.home = lab.folder('troupe')
    this.#env = lab.env({ TROUPE_HOME: this.home, ...redis })
  }

  /** Starts the manager without a service. */
  async open() {
    await this.run('ping')
    return this
  }

  run(...args) {
    return run([process.execPath, cli, ...args], { env: this.#env })
  }

  /** The processes of the manager itself: the daemon first, then the loop that keeps it running. */
  async pids() {
    const client = await this.connect()
    const { pid } = await client.ping()
    await client.close()
    return [pid, parentOf(pid)]
  }

  async connect() {
    const { connect } = await import(pathToFileURL(join(dist, 'index.js')).href)
    return connect({ home: this.home })
  }

  async close() {
    await this.run('kill')
  }
}
