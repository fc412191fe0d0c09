import { constants } from 'node:fs'
import { access, mkdir, open, stat, statfs } from 'node:fs/promises'
import { delimiter, dirname, isAbsolute, resolve } from 'node:path'
import { errnoOf, messageOf, TroupeError } from '../base/errors.ts'
import type { LaunchOrder } from './host.ts'

/** The outputs of a process that is about to start, opened by the manager to be inherited. */
export interface OpenOutputs {
  readonly out: number
  readonly error: number
  /** Closes the manager's copies; the process keeps its own. */
  close(): Promise<void>
}

/** Below this a start would only die of a full disk a moment later, and with a worse message. */
const leastFreeBytes = 1024 ** 2

/** Where a shell looks for commands when there is no PATH. */
const defaultPath = '/usr/local/bin:/usr/bin:/bin'

/** Conditions of the machine, not mistakes in a declaration: trying again later may help. */
const passing = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM', 'EIO'])

/** Whether a failed `prepare` or `spawn` may succeed later without anybody changing a declaration. */
export function mayPass(failure: unknown): boolean {
  const errno = failure instanceof Error ? errnoOf(failure.cause) : undefined
  return errno !== undefined && passing.has(errno)
}

/** @throws TroupeError `E_PREFLIGHT` unless the process could work in `cwd` */
export async function checkCwd(cwd: string): Promise<void> {
  const hint = 'create the directory, or correct cwd in the declaration'
  if (!isAbsolute(cwd)) throw failed(`cwd ${cwd} is not an absolute path`, hint)
  try {
    const found = await stat(cwd)
    if (!found.isDirectory()) throw failed(`cwd ${cwd} is not a directory`, hint)
    await access(cwd, constants.X_OK)
  } catch (cause) {
    throw asFailure(cause, `cannot enter cwd ${cwd}`, hint)
  }
}

/**
 * The absolute path of the command of an order, found as `execvp` would find it in the order's own environment.
 *
 * @throws TroupeError `E_PREFLIGHT`
 */
export async function resolveCommand(
  order: Pick<LaunchOrder, 'argv' | 'cwd' | 'env'>,
): Promise<string> {
  const [command] = order.argv
  if (command.includes('/')) return executable(resolve(order.cwd, command))
  const path = order.env['PATH'] ?? defaultPath
  for (const dir of path.split(delimiter)) {
    const candidate = resolve(order.cwd, dir, command)
    // The first on the PATH wins, so the order of the questions matters.
    // oxlint-disable-next-line no-await-in-loop
    if (command !== '' && (await isExecutable(candidate))) return candidate
  }
  const hint = 'install it, give its absolute path, or set PATH in the env of the service'
  throw failed(`cannot find the command ${JSON.stringify(command)} on the PATH ${path}`, hint)
}

/**
 * Opens the log files for appending; makes their directories, and that of the pid file.
 *
 * @throws TroupeError `E_PREFLIGHT`
 */
export async function openOutputs(files: LaunchOrder['files']): Promise<OpenOutputs> {
  await makeDirectories(files)
  const out = await openForAppending(files.out)
  try {
    const error = await openForAppending(files.error)
    return {
      out: out.fd,
      error: error.fd,
      async close() {
        await Promise.all([out.close(), error.close()])
      },
    }
  } catch (error) {
    await out.close()
    throw error
  }
}

async function openForAppending(path: string): ReturnType<typeof open> {
  try {
    return await open(path, constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY, 0o640)
  } catch (cause) {
    throw asFailure(cause, `cannot write the log file ${path}`, hintFor(errnoOf(cause)))
  }
}

/** Most services keep all their files in one directory, which is then looked at once. */
async function makeDirectories({ out, error, pid }: LaunchOrder['files']): Promise<void> {
  const paths = pid === undefined ? [out, error] : [out, error, pid]
  const dirs = new Set(paths.map((path) => dirname(path)))
  await Promise.all([...dirs].filter((dir) => dir !== '/dev').map(makeDirectory))
}

async function makeDirectory(dir: string): Promise<void> {
  try {
    await makeNested(dir)
    const { bavail, bsize } = await statfs(dir)
    if (bavail * bsize < leastFreeBytes) {
      throw withErrno('ENOSPC', `${bavail * bsize} bytes left`)
    }
  } catch (cause) {
    throw asFailure(cause, `cannot keep files in ${dir}`, hintFor(errnoOf(cause)))
  }
}

/** `mkdir({ recursive: true })` of Node 20 never settles below a directory that cannot hold any, such as `/proc`. */
async function makeNested(dir: string): Promise<void> {
  const found = await stat(dir).catch(() => undefined)
  if (found?.isDirectory() === true) return
  if (found !== undefined) throw withErrno('ENOTDIR', 'it is not a directory')
  await makeNested(dirname(dir))
  await mkdir(dir).catch((error: unknown) => {
    if (errnoOf(error) !== 'EEXIST') throw error
  })
}

async function executable(path: string): Promise<string> {
  const hint = `see \`ls -l ${path}\`; a script needs \`chmod +x\`, or an interpreter`
  try {
    const found = await stat(path)
    if (!found.isFile()) throw failed(`the command ${path} is not a file`, hint)
    await access(path, constants.X_OK)
    return path
  } catch (cause) {
    throw asFailure(cause, `cannot run the command ${path}`, hint)
  }
}

async function isExecutable(path: string): Promise<boolean> {
  return executable(path).then(
    () => true,
    () => false,
  )
}

function hintFor(errno: string | undefined): string {
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return 'free some disk space'
  if (errno === 'EMFILE' || errno === 'ENFILE') return 'raise the limit of open files (`ulimit -n`)'
  return 'correct the path in the declaration, or the permissions of its directory'
}

function withErrno(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}

function failed(message: string, hint: string): TroupeError {
  return new TroupeError('E_PREFLIGHT', message, { hint })
}

function asFailure(cause: unknown, what: string, hint: string): TroupeError {
  if (TroupeError.is(cause, 'E_PREFLIGHT')) return cause
  return new TroupeError('E_PREFLIGHT', `${what}: ${messageOf(cause)}`, { hint, cause })
}
