import { delimiter, dirname, join, resolve } from 'node:path'
import { TroupeError } from '../../base/errors.ts'
import type { Call } from '../call.ts'
import { launchd } from './launchd.ts'
import type { BootMachine } from './machine.ts'
import { openrc } from './openrc.ts'
import { systemd } from './systemd.ts'
import { type BootUnit, type InitSystem, quoted } from './unit.ts'

/** What is to be installed, or taken away, and where. */
export interface Chosen {
  readonly init: InitSystem
  readonly unit: BootUnit
}

/** In the order in which PM2 looks for them. */
const inits = [systemd, openrc, launchd]

/** Reads who, whose home and which init system the words mean. */
export async function chosenBy(call: Call, machine: BootMachine): Promise<Chosen> {
  const { options, place } = call
  const init = await initFor(call.words, machine)
  const user = options.user ?? machine.user
  const unit = {
    name: options.serviceName ?? `troupe-${user.replaceAll(/[^\w.-]/g, '-')}`,
    user,
    home: await homeFor(user, call, machine),
    path: pathWith(dirname(machine.node), place.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'),
    node: machine.node,
    cli: machine.cli,
  }
  const broken = Object.values(unit).find((text) => /[\n\0]/.test(text))
  if (broken === undefined) return { init, unit }
  throw new TroupeError('E_USAGE', `a unit cannot hold a line break: ${JSON.stringify(broken)}`)
}

async function initFor([word, more]: readonly string[], machine: BootMachine): Promise<InitSystem> {
  const names = inits.map(({ name }) => name).join(', ')
  if (word !== undefined && more === undefined) {
    const named = inits.find(({ name }) => name === word)
    if (named !== undefined) return named
  }
  if (word !== undefined) {
    throw new TroupeError('E_USAGE', `no unit can be written for ${more ?? word}`, {
      hint: `one of ${names}; without a word the one that is here`,
    })
  }
  for (const init of inits) if (await machine.hasTool(init.tool)) return init
  throw new TroupeError('E_FAILED', 'neither systemctl nor rc-update nor launchctl is here', {
    hint: 'the unit for another machine: troupe startup systemd --dry-run; in a container: troupe run <file>',
  })
}

async function homeFor(user: string, call: Call, machine: BootMachine): Promise<string> {
  const { options, place } = call
  if (options.home !== undefined) return resolve(place.cwd, options.home)
  // Under sudo the home of the process is root's; whoever names one means it.
  if (user === machine.user && place.env['TROUPE_HOME'] !== undefined) return place.home.dir
  const home = await machine.homeOf(user)
  if (home !== undefined) return join(home, '.troupe')
  throw new TroupeError('E_USAGE', `there is no user ${user} here whose home is known`, {
    hint: 'say where the manager keeps everything: --home <dir>',
  })
}

/** Where Node.js was found by a version manager, services need it on the PATH at boot as well. */
function pathWith(dir: string, path: string): string {
  return path.split(delimiter).includes(dir) ? path : `${dir}${delimiter}${path}`
}

/** What root has to type for the same. */
export function sudoLine(verb: string, { init, unit }: Chosen): string {
  const words = ['sudo', 'env', `PATH=${unit.path}`, unit.node, unit.cli, verb, init.name]
  const rest = ['--user', unit.user, '--home', unit.home, '--service-name', unit.name]
  return [...words, ...rest].map(quoted).join(' ')
}
