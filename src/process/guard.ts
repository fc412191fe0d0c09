import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, TroupeError } from '../base/errors.ts'

/** How a guard calls itself, `$0`. A process that still bears it has not become the service's program yet. */
export const guardName = 'troupe-guard'

/**
 * What the guard runs: `$1` is the run directory, for people who look; the rest is the command.
 *
 * Only builtins and absolute paths: it must work whatever PATH the service was given. Its traps do nothing rather
 * than ignore, because an ignored signal stays ignored in the service. Its own stderr is closed off, so that the
 * shell's "Killed" does not end up in the service's log. Files are written before the lifeline: they are for
 * managers that do not live yet. They are open already: a guard of another user could not enter the directory,
 * and the service, which does not get them, is not to write there either.
 *
 * The subshell notes who it is, then becomes the service's program: same pid, same start. `$$` would be the guard
 * in there; `/proc/self` is whoever opens it, and a redirection is opened by the subshell itself.
 */
const script = `
set +eux
trap : HUP INT QUIT USR1 USR2 PIPE ALRM TERM VTALRM PROF
exec 8>&2 2>/dev/null
shift
read -r stat </proc/self/stat
echo "$stat" >&5
(
  read -r stat </proc/self/stat
  echo "$stat" >&6
  echo "main $stat" >&4
  exec 2>&8 5>&- 6>&- 7>&- 8>&-
  exec "$@"
)
status=$?
echo "$status" >&7
echo "exit $status" >&4
`

/** What a guard writes, in the order of its descriptors from 5 on. */
const notes = ['pid', 'main', 'exit'] as const

/** Everything a guard inherits: open descriptors, and values that no shell ever parses. */
export interface GuardOrder {
  readonly dir: string
  /** The command is an absolute path: the guard looks nothing up. */
  readonly argv: readonly [command: string, ...args: string[]]
  readonly cwd: string
  /** Who the guard and its process are, where not the user of the manager; they are in no other group then. */
  readonly user: { readonly uid?: number; readonly gid?: number }
  readonly env: Readonly<Record<string, string>>
  /** Absent: `/dev/null`. */
  readonly stdin: number | undefined
  readonly out: number
  readonly error: number
  readonly lifeline: number
}

/**
 * Starts a guard in a session and process group of its own; resolves with its pid once it runs.
 *
 * @throws TroupeError `E_SPAWN`
 */
export async function spawnGuard(order: GuardOrder): Promise<number> {
  try {
    return await running(spawnShell(order))
  } catch (cause) {
    throw new TroupeError('E_SPAWN', `cannot start a process: ${messageOf(cause)}`, {
      hint: 'see `ulimit -u`, `ulimit -n` and free memory, and the size of arguments and environment',
      cause,
    })
  }
}

function spawnShell(order: GuardOrder): ChildProcess {
  const { plain, odd } = splitEnvironment(order.env)
  const { dir, argv, cwd, user, stdin = 'ignore', out, error, lifeline } = order
  const opened: number[] = []
  try {
    for (const name of notes) opened.push(openSync(join(dir, name), 'wx', 0o600))
    return spawn('/bin/sh', ['-c', script, guardName, dir, ...odd, ...argv], {
      cwd,
      ...user,
      env: plain,
      detached: true,
      stdio: [stdin, out, error, 'ignore', lifeline, ...opened],
    })
  } finally {
    for (const fd of opened) closeSync(fd)
  }
}

function running(guard: ChildProcess): Promise<number> {
  guard.unref()
  return new Promise((resolve, reject) => {
    guard.once('error', reject)
    guard.once('spawn', () => {
      if (guard.pid !== undefined) resolve(guard.pid)
    })
  })
}

/**
 * Shells drop variables whose names they could not use themselves (`spring.profile`). Those few travel as
 * arguments of `env` instead, and are therefore visible on the guard's command line.
 */
function splitEnvironment(env: Readonly<Record<string, string>>): {
  readonly plain: Record<string, string>
  readonly odd: readonly string[]
} {
  const isPlain = ([name]: readonly [string, string]): boolean => /^[A-Za-z_]\w*$/.test(name)
  const entries = Object.entries(env)
  const odd = entries.filter((entry) => !isPlain(entry)).map(([name, value]) => `${name}=${value}`)
  return {
    plain: Object.fromEntries(entries.filter(isPlain)),
    odd: odd.length > 0 ? ['/usr/bin/env', '--', ...odd] : [],
  }
}
