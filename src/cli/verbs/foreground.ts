import { managerProgram } from '../../control/manager-program.ts'
import { makePrivate } from '../../control/private-dir.ts'
import { quoted } from '../boot/unit.ts'
import type { Call } from '../call.ts'

/**
 * Prints the line that turns a shell into the loop of the manager: what runs at boot is no
 * Node.js of ours that would only wait.
 */
export async function foreground({ place, options }: Call): Promise<number> {
  await makePrivate(place.home.dir)
  const argv = managerProgram()
  const line = ['exec', ...argv.map(quoted)].join(' ')
  place.screen.print(options.json === true ? JSON.stringify({ argv }) : line)
  return 0
}
