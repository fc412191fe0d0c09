import { isDeepStrictEqual } from 'node:util'
import type { Standing } from '../../declaration/field.ts'
import { fields } from '../../declaration/fields.ts'

/** Told in other words elsewhere, or PM2's own account of the process. */
const handled = [
  'name',
  'script',
  'cwd',
  'args',
  'interpreter',
  'exec_interpreter',
  'exec_mode',
  'instances',
  'merge_logs',
  'env',
  'out_file',
  'error_file',
  'log_file',
  'pid_file',
  'autostart',
]

/** What PM2 writes for everything that nobody said. */
const defaults: Readonly<Record<string, unknown>> = {
  instance_var: 'NODE_APP_INSTANCE',
  kill_retry_time: 100,
  namespace: 'default',
  vizion: true,
  watch: false,
}

/** The fields of a process that somebody must have declared, and that can mean something here. */
export function givenFields(
  entry: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const said = Object.entries(fields).filter(
    ([name, field]) =>
      !handled.includes(name) &&
      isSaid(entry[name], [field.fallback, defaults[name]]) &&
      isMeant(entry[name], field.standing),
  )
  return Object.fromEntries(said.map(([name]) => [name, entry[name]]))
}

function isSaid(value: unknown, usual: readonly unknown[]): boolean {
  if (value === undefined || value === null) return false
  if (Array.isArray(value) && value.length === 0) return false
  return !usual.some((each) => isDeepStrictEqual(each, value))
}

function isMeant(value: unknown, standing: Standing): boolean {
  return standing.kind !== 'moot' && !(standing.kind === 'later' && standing.isOff(value))
}
