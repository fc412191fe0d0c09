import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** Where a manager keeps everything (DESIGN, "Home"). All paths are absolute. */
export interface Home {
  readonly dir: string
  readonly socket: string
  readonly pidFile: string
  /** The pid of the shell loop that starts a dead manager again. */
  readonly loopFile: string
  readonly logFile: string
  readonly configFile: string
  readonly stateDir: string
  readonly runDir: string
  readonly logsDir: string
  readonly pidsDir: string
}

/** What `sun_path` holds, without its closing zero byte. */
const longestSocketPath = process.platform === 'linux' ? 107 : 103

/** The home that an environment names: `TROUPE_HOME`, or else `~/.troupe`. Touches no file. */
export function homeFrom(env: Readonly<Record<string, string | undefined>>): Home {
  const named = env['TROUPE_HOME']
  return homeAt(named === undefined || named === '' ? join(homedir(), '.troupe') : named)
}

/** The home in a given directory. */
export function homeAt(path: string): Home {
  const dir = resolve(path)
  return {
    dir,
    socket: socketOf(dir),
    pidFile: join(dir, 'manager.pid'),
    loopFile: join(dir, 'manager.loop'),
    logFile: join(dir, 'manager.log'),
    configFile: join(dir, 'config.json'),
    stateDir: join(dir, 'state'),
    runDir: join(dir, 'run'),
    logsDir: join(dir, 'logs'),
    pidsDir: join(dir, 'pids'),
  }
}

/**
 * A socket's path has a limit that other paths do not have. The way out depends on nothing
 * but the home and the user, not on `TMPDIR` or `XDG_RUNTIME_DIR`: the manager and a client
 * started by cron must come to the same answer.
 */
function socketOf(dir: string): string {
  const path = join(dir, 'manager.sock')
  if (Buffer.byteLength(path) <= longestSocketPath) return path
  return `/tmp/troupe-${process.getuid?.() ?? 0}/${digestOf(dir)}.sock`
}

/** A short name that stands for a path. */
export function digestOf(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16)
}
