import { resolve } from 'node:path'
import { TroupeError } from '../base/errors.ts'
import { startableFrom } from '../control/targets.ts'
import type { ReadOptions } from '../declaration/read.ts'
import type { Declaration } from '../declaration/service.ts'
import { defaultsFrom as defaultsOfPm2 } from '../pm2/defaults.ts'
import type { Call, Options, Place } from './call.ts'

/** How a declaration is to be read, from the options behind the verb. */
export function readOptions({ options, place }: Call): ReadOptions {
  const { env, only } = options
  const names = only?.split(',').map((name) => name.trim())
  return {
    cwd: place.cwd,
    ...(env === undefined ? {} : { envName: env }),
    ...(names === undefined ? {} : { only: names.filter((name) => name !== '') }),
  }
}

/** Reads a declaration file. */
export async function declarationIn(file: string, call: Call): Promise<Declaration> {
  const { own, defaults } = defaultsFrom(call)
  refuseScriptOptions(own, 'write it into the file')
  const { readDeclaration } = await import('../declaration/read.ts')
  return readDeclaration(file, { ...readOptions(call), defaults })
}

/** What PM2 lets stand behind a file as well: it holds for apps that do not say it themselves. */
const forFiles = ['watch', 'namespace', 'uid', 'user', 'gid'] as const

function defaultsFrom(call: Call): {
  readonly own: Call
  readonly defaults: Readonly<Record<string, unknown>>
} {
  const said = Object.entries(call.options)
  const isForFiles = ([name]: readonly [string, unknown]): boolean =>
    forFiles.some((each) => each === name)
  return {
    own: { ...call, options: Object.fromEntries(said.filter((each) => !isForFiles(each))) },
    defaults: {
      ...variableDefaults(call.place),
      ...fieldsFrom(Object.fromEntries(said.filter(isForFiles))),
    },
  }
}

/** PM2's variables say what holds where a field is not set; they count for whoever calls us by its name. */
function variableDefaults({ isPm2, env }: Place): Readonly<Record<string, string>> {
  return isPm2 === true ? defaultsOfPm2(env) : {}
}

/** Declares a single script with the options behind the verb. */
export async function declarationOf(script: string, call: Call): Promise<Declaration> {
  const { declareScript } = await import('../declaration/read.ts')
  const { options, rest, place } = call
  const cwd = resolve(place.cwd, options.cwd ?? '.')
  const args = rest.length === 0 ? {} : { args: rest }
  const fields = { ...variableDefaults(place), ...fieldsFrom(options) }
  return declareScript(script, { ...readOptions(call), cwd, ...fields, ...args })
}

/**
 * @throws TroupeError `E_USAGE` when an option stands there that only a script can have:
 *   ignoring it would look like obeying
 */
export function refuseScriptOptions({ options, rest }: Call, instead: string): void {
  const [option] = Object.entries(fieldNames).filter(([name]) => isGiven(options, name))
  const given = option?.[0] ?? (options.cwd === undefined ? undefined : 'cwd')
  if (given === undefined && rest.length === 0) return
  const what = given === undefined ? 'arguments behind -- go' : `--${dashed(given)} goes`
  throw new TroupeError('E_USAGE', `${what} with a script`, { hint: instead })
}

/** @throws TroupeError `E_USAGE` when an option stands there that only a file can obey, and no file does */
export function refuseFileOptions({ options, words }: Call): void {
  const given = options.env === undefined ? options.only && 'only' : 'env'
  if (given === undefined || words.some((word) => startableFrom(word) === 'declaration')) return
  throw new TroupeError('E_USAGE', `--${given} goes with a declaration`, {
    hint: `name the file: processes.json --${given} …`,
  })
}

/** From options in PM2's spelling to fields of an app. */
const fieldNames = {
  name: 'name',
  instances: 'instances',
  waitReady: 'wait_ready',
  listenTimeout: 'listen_timeout',
  shutdownWithMessage: 'shutdown_with_message',
  namespace: 'namespace',
  interpreter: 'interpreter',
  interpreterArgs: 'node_args',
  nodeArgs: 'node_args',
  output: 'out_file',
  error: 'error_file',
  pid: 'pid_file',
  maxRestarts: 'max_restarts',
  restartDelay: 'restart_delay',
  expBackoffRestartDelay: 'exp_backoff_restart_delay',
  stopExitCodes: 'stop_exit_codes',
  killTimeout: 'kill_timeout',
  mergeLogs: 'merge_logs',
  log: 'log_file',
  time: 'time',
  logDateFormat: 'log_date_format',
  logType: 'log_type',
  filterEnv: 'filter_env',
  watch: 'watch',
  ignoreWatch: 'ignore_watch',
  watchDelay: 'watch_delay',
  maxMemoryRestart: 'max_memory_restart',
  cron: 'cron_restart',
  cronRestart: 'cron_restart',
  disableLogs: 'disable_logs',
  executeCommand: 'execute_command',
  treekill: 'treekill',
  vizion: 'vizion',
  user: 'uid',
  uid: 'uid',
  gid: 'gid',
  disableSourceMapSupport: 'disable_source_map_support',
  autorestart: 'autorestart',
  autostart: 'autostart',
} as const satisfies Partial<Record<keyof Options, string>>

function fieldsFrom(options: Options): Readonly<Record<string, unknown>> {
  const given = Object.entries(fieldNames).filter(([name]) => isGiven(options, name))
  return Object.fromEntries(
    given.map(([name, field]) => [field, valueOf(name, options[name as keyof typeof fieldNames])]),
  )
}

/** Options that are spelt `--no-…`. */
const negated = new Set(['autostart', 'autorestart', 'treekill', 'vizion'])

/** `--no-autostart` is false when given, and true when not. */
function isGiven(options: Options, name: string): boolean {
  const value = options[name as keyof Options]
  return negated.has(name) ? value === false : value !== undefined
}

/** `--stop-exit-codes 0 1` and `--stop-exit-codes 0,1` are the same; a delay is in seconds, as for PM2. */
function valueOf(name: string, value: Options[keyof Options]): unknown {
  const isPlain = typeof value === 'string' && /^[\d.]+$/.test(value)
  if (name === 'watchDelay' && isPlain) return `${value}s`
  return Array.isArray(value) ? value.flatMap((each: string) => each.split(',')) : value
}

function dashed(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
