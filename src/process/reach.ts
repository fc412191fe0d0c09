import { statSync, type Stats } from 'node:fs'
import { dirname } from 'node:path'
import { TroupeError } from '../base/errors.ts'
import { agentFile } from './built-file.ts'
import type { LaunchOrder } from './host.ts'

type ProcessUser = NonNullable<LaunchOrder['user']>

const read = 4
const execute = 1

/** Whether a process can be given the agent: where it cannot be read, it would keep Node from starting. */
export function mayLoadAgent(user: LaunchOrder['user']): boolean {
  if (user === undefined) return true
  return isAllowed(agentFile, read, user) && mayEnter(dirname(agentFile), user)
}

/**
 * The checks of a preflight are made by the manager, as root. What it starts as somebody else would fail without
 * a word of why.
 *
 * @throws TroupeError `E_PREFLIGHT`
 */
export function checkReach(order: Pick<LaunchOrder, 'cwd' | 'user'>, command: string): void {
  const { cwd, user } = order
  if (user === undefined) return
  const who = `the user ${user.uid ?? 'of the manager'} in group ${user.gid}`
  if (!mayEnter(cwd, user)) {
    throw failed(`${who} cannot enter cwd ${cwd}`, `see \`namei -l ${cwd}\``)
  }
  if (isAllowed(command, execute, user) && mayEnter(dirname(command), user)) return
  const hint = `see \`namei -l ${command}\`; a program below /root is for root alone`
  throw failed(`${who} cannot run ${command}`, hint)
}

function mayEnter(dir: string, user: ProcessUser): boolean {
  if (!isAllowed(dir, execute, user)) return false
  return dirname(dir) === dir || mayEnter(dirname(dir), user)
}

function isAllowed(path: string, bit: number, { uid, gid }: ProcessUser): boolean {
  const found = statOf(path)
  if (found === undefined) return false
  if (uid === undefined || uid === 0) return true
  const shift = found.uid === uid ? 6 : found.gid === gid ? 3 : 0
  return ((found.mode >> shift) & bit) !== 0
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

function failed(message: string, hint: string): TroupeError {
  return new TroupeError('E_PREFLIGHT', message, { hint })
}
