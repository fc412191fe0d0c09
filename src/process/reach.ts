import { execFile } from 'node:child_process'
import { messageOf, TroupeError } from '../base/errors.ts'
import { agentFile } from './built-file.ts'
import type { LaunchOrder } from './host.ts'

/** Asked as the user, of whom only the kernel knows what lists and groups allow. */
const script = 'cd -- "$1" 2>/dev/null || exit 3; [ -x "$2" ] || exit 4; [ -r "$3" ] || exit 5'

type Answer = 'all' | 'no cwd' | 'no command' | 'no agent'
const answers: Readonly<Record<string, Answer>> = {
  0: 'all',
  3: 'no cwd',
  4: 'no command',
  5: 'no agent',
}

/**
 * Looks whether the user of an order gets to what it names: the other checks were made by the manager, as root, and
 * what it starts as somebody else would fail without a word of why. Returns the order, without the agent where that
 * could not be loaded: it would keep Node from starting.
 *
 * @throws TroupeError `E_PREFLIGHT`
 */
export async function withinReach<T extends LaunchOrder>(order: T, command: string): Promise<T> {
  const { user, cwd } = order
  if (user === undefined) return order
  const who = `the user ${user.uid ?? 'of the manager'} in group ${user.gid}`
  const answer = await ask(user, [cwd, command, agentFile]).catch((cause: unknown) => {
    const hint = 'only a manager that runs as root can start services of other users'
    throw new TroupeError('E_PREFLIGHT', `cannot be ${who}: ${messageOf(cause)}`, { hint, cause })
  })
  if (answer === 'no cwd') {
    throw failed(`${who} cannot enter cwd ${cwd}`, `see \`namei -l ${cwd}\``)
  }
  if (answer === 'no command') {
    const hint = `see \`namei -l ${command}\`; a program below /root is for root alone`
    throw failed(`${who} cannot run ${command}`, hint)
  }
  if (answer !== 'no agent') return order
  if (order.isAwaited === true) {
    const hint = `see \`namei -l ${agentFile}\`; what stands below /root is for root alone`
    throw failed(`${who} cannot read the agent, so nobody would hear that it is ready`, hint)
  }
  return { ...order, agent: false }
}

function ask(
  user: NonNullable<LaunchOrder['user']>,
  paths: readonly [cwd: string, command: string, agent: string],
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { ...user, cwd: '/', env: {} }
    execFile('/bin/sh', ['-c', script, 'sh', ...paths], options, (error) => {
      const answer = answers[error === null ? 0 : String(error.code)]
      if (answer === undefined) reject(error ?? new Error('no answer'))
      else resolve(answer)
    })
  })
}

function failed(message: string, hint: string): TroupeError {
  return new TroupeError('E_PREFLIGHT', message, { hint })
}
