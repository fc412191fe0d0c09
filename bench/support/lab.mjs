import { randomUUID } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { bearersOf, isRunning } from './proc.mjs'
import { Ups } from './ups.mjs'

const services = fileURLToPath(new URL('../services', import.meta.url))
const tokenVariable = 'BENCH_TOKEN'
const patienceMs = 3_000

/** A folder of one run's own, outside of any repository, and a token in every process that it starts. */
export class Lab {
  dir = mkdtempSync(join(tmpdir(), 'bench-'))
  #token = randomUUID()
  #sets = 0

  constructor() {
    cpSync(services, join(this.dir, 'services'), { recursive: true })
  }

  /** An environment for whatever is started here: nothing of the caller's own Troupe or PM2 is in it. */
  env(own = {}) {
    const foreign = /^(TROUPE|PM2|pm_|BENCH)_/
    const inherited = Object.entries(process.env).filter(([name]) => !foreign.test(name))
    return { ...Object.fromEntries(inherited), [tokenVariable]: this.#token, ...own }
  }

  service(name) {
    return join(this.dir, 'services', `${name}.cjs`)
  }

  /** A folder that is new and empty. */
  folder(name) {
    const dir = join(this.dir, `${name}-${++this.#sets}`)
    mkdirSync(dir, { mode: 0o700 })
    return dir
  }

  /** A declaration of equal services, as both managers read it, and where they say that they are up. */
  declare(count, { script = 'idle', fields = () => ({}) } = {}) {
    const dir = this.folder('services')
    const ups = new Ups(join(dir, 'ups'))
    const { env, ...others } = fields(dir)
    const apps = Array.from({ length: count }, (_, n) => ({
      name: `${script}-${n}`,
      script: this.service(script),
      cwd: dir,
      env: { BENCH_UP: ups.file, ...env },
      ...others,
    }))
    const file = join(dir, 'processes.json')
    writeFileSync(file, JSON.stringify({ apps }, undefined, 2))
    return { dir, file, ups }
  }

  /** Ends whatever this run left behind, and says how many processes that were. */
  async close() {
    // A manager answers that it stops a moment before it is gone.
    for (let ms = 0; ms < patienceMs && this.#bearers().length > 0; ms += 50) await pause(50)
    const left = this.#bearers()
    for (const pid of left) process.kill(pid, 'SIGKILL')
    while (left.some(isRunning)) await pause(10)
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 })
    return left.length
  }

  #bearers() {
    return bearersOf(tokenVariable, this.#token).filter(isRunning)
  }
}
