import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { TroupeError } from '../../base/errors.ts'
import { partingUnder } from '../boot/parting.ts'
import type { Call } from '../call.ts'

/** What a unit of systemd does when it is stopped: see {@link partingUnder}. */
export async function part(call: Call): Promise<number> {
  const [init, unit] = call.words
  if (init !== 'systemd' || unit === undefined) {
    throw new TroupeError('E_USAGE', 'this verb is for units of systemd', {
      hint: 'to stop everything: troupe kill',
    })
  }
  const { env } = call.place
  switch (partingUnder(unit, { jobs: await jobsOf(env), mainPid: env['MAINPID'] })) {
    case 'nothing':
      return 0
    case 'detach':
      return (await import('./detach.ts')).detach(call)
    case 'kill':
      return (await import('./kill.ts')).kill({ ...call, options: { ...call.options, keep: true } })
  }
}

async function jobsOf(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const args = ['list-jobs', '--no-legend', '--plain', '--full']
    return (await promisify(execFile)('systemctl', args, { env })).stdout
  } catch {
    return undefined
  }
}
