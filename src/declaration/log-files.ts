import type { CheckedApp } from './check.ts'
import { outputPath } from './path.ts'
import { rotationOf } from './rotation.ts'
import type { ServiceSpec } from './service.ts'

type Files = Pick<ServiceSpec, 'outFile' | 'errorFile' | 'pidFile' | 'joinLogs' | 'rotation'>

/** Where output and pids are written; nothing is there of what is to have its place in the home. */
export function filesOf(app: CheckedApp, cwd: string, home: string): Files {
  const { values } = app
  const { pid_file: pid } = values
  const { out, error, isJoined } = outputsOf(app)
  const rotation = rotationOf(values.log_rotate)
  return {
    ...(out === undefined ? {} : { outFile: outputPath(out, cwd, home) }),
    ...(error === undefined ? {} : { errorFile: outputPath(error, cwd, home) }),
    ...(isJoined ? { joinLogs: true } : {}),
    ...(pid === undefined ? {} : { pidFile: outputPath(pid, cwd, home) }),
    ...(rotation === undefined ? {} : { rotation }),
  }
}

/** Streams that have a file of their own although `log_file` is to have both: it gets what is left. */
export function apartFromLogFile(app: CheckedApp): readonly string[] {
  const { out_file: out, error_file: error, disable_logs: isOff } = app.values
  if (isOff || !isJoining(app)) return []
  return [
    ...(out === undefined ? [] : ['out_file']),
    ...(error === undefined ? [] : ['error_file']),
  ]
}

function outputsOf(app: CheckedApp): {
  readonly out?: string | undefined
  readonly error?: string | undefined
  readonly isJoined: boolean
} {
  const { out_file: out, error_file: error, log_file: file, disable_logs: isOff } = app.values
  if (isOff) return { out: 'NULL', error: 'NULL', isJoined: false }
  if (!isJoining(app)) return { out, error, isJoined: false }
  const joined = typeof file === 'string' ? file : undefined
  return { out: out ?? joined, error: error ?? joined, isJoined: joined === undefined }
}

/** In PM2, too, NULL means that there is no such file, not that nothing is written. */
function isJoining({ values: { log_file: file } }: CheckedApp): boolean {
  return file !== undefined && file !== false && file !== 'NULL' && file !== '/dev/null'
}
