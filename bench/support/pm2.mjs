import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './run.mjs'

const folder = fileURLToPath(new URL('../pm2', import.meta.url))
const link = join(folder, 'node_modules', '.bin', 'pm2')

/** Installs PM2 in a folder of the bench, where it is not there yet. It is run as a black box. */
export async function installPm2() {
  if (!existsSync(link)) await run(['npm', 'ci', '--prefix', folder, '--no-audit', '--no-fund'])
}

export const pm2Version = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  .dependencies.pm2

/** PM2 in a home of its own. */
export class Pm2Manager {
  name = 'PM2'
  #env

  constructor(lab) {
    this.home = lab.folder('pm2')
    this.#env = lab.env({ PM2_HOME: this.home, PM2_DISABLE_VERSION_CHECK: '1' })
  }

  /** Starts the daemon without a service. */
  async open() {
    await installPm2()
    await this.run('ping')
    return this
  }

  run(...args) {
    return run([process.execPath, realpathSync(link), ...args], { env: this.#env })
  }

  async pids() {
    return [Number(readFileSync(join(this.home, 'pm2.pid'), 'utf8'))]
  }

  async close() {
    await this.run('kill')
  }
}
