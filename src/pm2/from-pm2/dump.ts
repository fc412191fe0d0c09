import { basename, extname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { splitEnvironment } from './environment.ts'
import { givenFields } from './given-fields.ts'

/** One process as PM2 keeps it: its fields and its whole environment side by side. */
export type DumpEntry = Readonly<Record<string, unknown>>

/** One app of a declaration. */
export type App = Readonly<Record<string, unknown>>

/** What a dump means as a declaration. */
export interface Imported {
  readonly apps: readonly App[]
  /** What is not taken over as it was, one sentence each. */
  readonly notes: readonly string[]
}

interface Around {
  /** The directory of PM2, absolute. */
  readonly pm2Home: string
  /** The environment that services get anyway. */
  readonly shell: Readonly<Record<string, string | undefined>>
}

/** Whether what a file holds is a dump of PM2, and no declaration. */
export function isDump(raw: unknown): raw is readonly DumpEntry[] {
  return (
    Array.isArray(raw) &&
    raw.length > 0 &&
    raw.every((entry) => typeof entry === 'object' && entry !== null && 'pm_exec_path' in entry)
  )
}

/** Gathers the processes of each service, and writes down of each only what is not the default. */
export function importDump(entries: readonly DumpEntry[], around: Around): Imported {
  const services = gather(entries)
  const leftOut = new Set<string>()
  const apps = [...services].map(([name, processes]) => appOf(name, processes, around, leftOut))
  const notes = [...doubles(services), ...resting(services), ...logs(services, around)]
  return { apps, notes: [...notes, ...shellNote([...leftOut])] }
}

type Services = ReadonlyMap<string, readonly DumpEntry[]>

/** PM2 lets two apps share a name; here the second one gets a number. */
function gather(entries: readonly DumpEntry[]): Services {
  const services = new Map<string, DumpEntry[]>()
  for (const entry of entries) {
    const name = text(entry['name']) ?? 'app'
    for (let number = 1; ; number++) {
      const key = number === 1 ? name : `${name}-${number}`
      const known = services.get(key)
      if (known === undefined) services.set(key, [entry])
      else if (isSame(known[0], entry)) known.push(entry)
      else continue
      break
    }
  }
  return services
}

function isSame(one: DumpEntry | undefined, other: DumpEntry): boolean {
  const keys = ['pm_exec_path', 'pm_cwd', 'args', 'exec_mode', 'namespace']
  return keys.every((key) => isDeepStrictEqual(one?.[key], other[key]))
}

function appOf(
  name: string,
  processes: readonly DumpEntry[],
  around: Around,
  leftOut: Set<string>,
): App {
  const [entry = {}] = processes
  const { own, shell } = splitEnvironment(entry['env'], name, around.shell)
  for (const variable of shell) leftOut.add(variable)
  return {
    name,
    ...targetOf(entry),
    ...instancesOf(entry, processes.length),
    ...logFiles(entry, around),
    ...givenFields(entry),
    ...(processes.every(isStopped) ? { autostart: false } : {}),
    ...(Object.keys(own).length === 0 ? {} : { env: own }),
  }
}

/** With `instances` alone a Node script would mean a cluster; merged logs are not its default. */
function instancesOf(entry: DumpEntry, count: number): App {
  const isCluster = entry['exec_mode'] === 'cluster_mode'
  if (!isCluster && count === 1) return {}
  const logs = entry['merge_logs'] === true ? { merge_logs: true } : {}
  return { exec_mode: isCluster ? 'cluster' : 'fork', instances: count, ...logs }
}

/** What is run, with what and where. A line for a shell is kept by PM2 as that shell with `-c`. */
function targetOf(entry: DumpEntry): App {
  const path = text(entry['pm_exec_path']) ?? ''
  const args: unknown = entry['args']
  const cwd = text(entry['pm_cwd'])
  const where = cwd === undefined ? {} : { cwd }
  const line = shellLine(path, args)
  if (line !== undefined) return { script: line, ...where }
  const interpreter = text(entry['exec_interpreter'])
  const isUsual = interpreter === undefined || usual[extname(path)] === interpreter
  const hasArgs = typeof args === 'string' ? args !== '' : Array.isArray(args) && args.length > 0
  return {
    script: path,
    ...(hasArgs ? { args } : {}),
    ...where,
    ...(isUsual ? {} : { interpreter }),
  }
}

function shellLine(path: string, args: unknown): string | undefined {
  const [dash, line]: readonly unknown[] = Array.isArray(args) ? args : []
  const isShell = /^(ba|da|z)?sh$/.test(basename(path)) && dash === '-c'
  return isShell && typeof line === 'string' && line.includes(' ') ? line : undefined
}

const usual: Readonly<Record<string, string>> = {
  '.js': 'node',
  '.cjs': 'node',
  '.mjs': 'node',
  '.sh': 'bash',
  '.rb': 'ruby',
  '.php': 'php',
  '.pl': 'perl',
}

/** Logs that PM2 named itself get Troupe's names. */
function logFiles(entry: DumpEntry, { pm2Home }: Around): App {
  const isOwn = (path: string): boolean => path.startsWith(`${pm2Home}/`)
  const files = [
    ['out_file', entry['pm_out_log_path']],
    ['error_file', entry['pm_err_log_path']],
    ['log_file', entry['pm_log_path']],
  ] as const
  const kept = files.flatMap(([field, value]) => {
    const path = text(value)
    // PM2 puts the number of the process before the end of the name.
    return path === undefined || isOwn(path) ? [] : [[field, path.replace(/-\d+\.log$/, '.log')]]
  })
  return Object.fromEntries(kept) as App
}

function isStopped({ status }: DumpEntry): boolean {
  return status === 'stopped'
}

function doubles(services: Services): readonly string[] {
  return [...services].flatMap(([name, [first]]) => {
    const was = text(first?.['name']) ?? name
    return was === name ? [] : [`${name}: another app was called ${was}, and here names are unique`]
  })
}

function resting(services: Services): readonly string[] {
  return [...services].flatMap(([name, processes]) =>
    processes.every(isStopped) ? [`${name}: it was stopped, so it does not start by itself`] : [],
  )
}

function logs(services: Services, around: Around): readonly string[] {
  const moved = [...services].filter(
    ([, [entry = {}]]) => logFiles(entry, around)['out_file'] === undefined,
  )
  if (moved.length === 0) return []
  const names = moved.map(([name]) => name).join(', ')
  return [
    `logs are written to logs/ in the home of Troupe, not to ${around.pm2Home}/logs (${names})`,
  ]
}

function shellNote(names: readonly string[]): readonly string[] {
  if (names.length === 0) return []
  const shown = names.toSorted().slice(0, 6).join(', ')
  const more = names.length > 6 ? ` and ${names.length - 6} more` : ''
  return [`variables of the shell are left out, the one that starts gives its own: ${shown}${more}`]
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
