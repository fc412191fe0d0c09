import { messageOf, TroupeError } from '../../base/errors.ts'
import { type Chosen, chosenBy, sudoLine } from '../boot/chosen.ts'
import type { BootMachine } from '../boot/machine.ts'
import { thisMachine } from '../boot/this-machine.ts'
import type { Call, Place } from '../call.ts'
import { homeText } from '../host-text.ts'

/** Makes the init system start the manager at boot; whoever is not root is told what root has to type. */
export function startup(call: Call): Promise<number> {
  return startupOn(thisMachine(call.place.env), call)
}

/** Takes back what {@link startup} did. */
export function unstartup(call: Call): Promise<number> {
  return unstartupOn(thisMachine(call.place.env), call)
}

/** {@link startup} on a given machine. */
export async function startupOn(machine: BootMachine, call: Call): Promise<number> {
  const { options, place } = call
  const chosen = await chosenBy(call, machine)
  const { init, unit } = chosen
  const file = init.fileOf(unit)
  const text = init.render(unit)
  if (options.dryRun === true) {
    if (options.json === true) place.screen.print(JSON.stringify({ init: init.name, file, text }))
    else place.screen.write(text)
    return 0
  }
  if (!machine.isRoot) return tellRoot('startup', chosen, call)
  if (unit.cli.includes('/_npx/')) {
    place.screen.note(`note: npx may remove ${unit.cli} at any time; npm install --global it first`)
  }
  await enable(machine, chosen, text)
  if (options.json === true) {
    place.screen.print(JSON.stringify({ init: init.name, file, isEnabled: true }))
  } else place.screen.print(installed(chosen, place))
  return 0
}

/** {@link unstartup} on a given machine. */
export async function unstartupOn(machine: BootMachine, call: Call): Promise<number> {
  const { options, place } = call
  const chosen = await chosenBy(call, machine)
  const { init, unit } = chosen
  const file = init.fileOf(unit)
  if (options.dryRun === true) {
    const lines = [...init.disable(unit).map((argv) => argv.join(' ')), `rm ${file}`]
    if (options.json === true) place.screen.print(JSON.stringify({ init: init.name, file, lines }))
    else place.screen.print(lines.join('\n'))
    return 0
  }
  if (!machine.isRoot) return tellRoot('unstartup', chosen, call)
  const isRemoved = await takeAway(machine, chosen)
  if (options.json === true) {
    place.screen.print(JSON.stringify({ init: init.name, file, isRemoved }))
  } else if (isRemoved) {
    place.screen.print(`${place.screen.paint.good('✓')} ${file} disabled and removed`)
    place.screen.note('what runs now runs on; after a boot nothing starts it')
  } else place.screen.print(`there is no ${file}: nothing to take back`)
  return 0
}

/** @throws TroupeError `E_FAILED` when the init system refuses; then no new file is left */
async function enable(machine: BootMachine, { init, unit }: Chosen, text: string): Promise<void> {
  const file = init.fileOf(unit)
  const wasThere = await machine.exists(file)
  await machine.write(file, text, init.mode)
  try {
    for (const argv of init.enable(unit)) await machine.run(argv)
  } catch (cause) {
    if (!wasThere) await machine.remove(file)
    throw new TroupeError('E_FAILED', `${init.name} did not take ${file}: ${messageOf(cause)}`, {
      hint: 'does it run here? In a container let its command be: troupe run processes.json',
      cause,
    })
  }
}

/** The unit is disabled while its file is there: without it the init system would not know the name. */
async function takeAway(machine: BootMachine, { init, unit }: Chosen): Promise<boolean> {
  if (!(await machine.exists(init.fileOf(unit)))) return false
  for (const argv of init.disable(unit)) await machine.run(argv)
  await machine.remove(init.fileOf(unit))
  return true
}

function tellRoot(verb: string, chosen: Chosen, { options, place }: Call): number {
  const { screen } = place
  const command = sudoLine(verb, chosen)
  if (options.json === true) screen.print(JSON.stringify({ command }))
  else {
    screen.note(`only root can do that; ${verb} is done by this line:`)
    screen.print(command)
  }
  return 1
}

function installed({ init, unit }: Chosen, { screen, env }: Place): string {
  const home = homeText(unit.home, env)
  return [
    `${screen.paint.good('✓')} ${init.fileOf(unit)} written and enabled`,
    `at boot ${init.name} starts the manager of ${home} as ${unit.user}, and with it all that was up; nothing has to be saved`,
    `hand over now, and stop no service: troupe detach; ${init.startNow(unit)}`,
  ].join('\n')
}
