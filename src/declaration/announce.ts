import { showTimes } from './cron.ts'
import { fields } from './fields.ts'
import { isCountable } from './increment.ts'
import { apartFromLogFile } from './log-files.ts'
import { stampOf } from './log-stamp.ts'
import { isThroughTsx } from './next-gen.ts'
import type { Normalised } from './normalise.ts'

/** One plain line for each thing that a file asks for and does not get; no more, however many services ask. */
export function announce(services: readonly Normalised[], callerCwd: string): readonly string[] {
  return [
    ...passiveLines(services),
    ...services.flatMap(nodeLines),
    ...services.flatMap(readyLine),
    ...services.flatMap(reloadLine),
    ...nextGenLines(services),
    ...services.flatMap(jobLine),
    ...services.flatMap(incrementLine),
    ...services.flatMap(logFileLine),
    ...stampLine(services),
    ...cwdLine(services, callerCwd),
  ]
}

function passiveLines(services: readonly Normalised[]): readonly string[] {
  const said = services.flatMap(({ app, spec }) =>
    app.passive.map((field) => ({ ...field, service: spec?.name ?? app.path })),
  )
  return [...new Set(said.map(({ name }) => name))].map((name) => {
    const uses = said.filter((use) => use.name === name)
    const who = list(uses.map(({ service }) => service))
    return sentence(name, uses[0]?.spelling ?? name, who)
  })
}

function sentence(name: string, spelling: string, who: string): string {
  const standing = fields[name]?.standing
  if (standing?.kind !== 'moot') return `\`${spelling}\` is not active yet (${who})`
  return `\`${spelling}\` does nothing here: ${standing.why} (${who})`
}

const mostNames = 3

function list(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).join(', ')
  return names.length > mostNames ? `${shown} and ${names.length - mostNames} more` : shown
}

function nodeLines({ app, spec }: Normalised): readonly string[] {
  if (spec === undefined || spec.isNode) return []
  const { exec_mode: mode, execute_command: isExecuted, reload } = app.values
  const asked = [
    ...(mode === 'cluster' ? ['`exec_mode: cluster`'] : []),
    ...(reload === 'primary' ? ['`reload: primary`'] : []),
  ]
  if (isExecuted) return []
  return asked.map((what) => `${spec.name}: ${what} is for Node scripts: it runs in fork mode`)
}

function readyLine({ app, spec }: Normalised): readonly string[] {
  const { readiness, wait_ready: waits } = app.values
  const isAsked = waits || (readiness !== undefined && readiness.kind !== 'probe')
  if (spec === undefined || spec.readiness !== undefined || !isAsked) return []
  const field = readiness === undefined ? 'wait_ready' : 'readiness'
  return [`${spec.name}: \`${field}\` does nothing, it is for Node scripts: it is online at once`]
}

function reloadLine({ app, spec }: Normalised): readonly string[] {
  const { reload_signal: signal } = app.values
  if (signal === undefined || spec === undefined || spec.reloadSignal !== undefined) return []
  const why = spec.execMode === 'cluster' ? 'in cluster mode' : 'with `reload: overlap`'
  return [`${spec.name}: \`reload_signal\` does nothing: ${why} a reload replaces its processes`]
}

/** What runs a service is never changed in silence. */
function nextGenLines(services: readonly Normalised[]): readonly string[] {
  const asked = services.flatMap(({ app, spec }) =>
    app.values.next_gen_js && spec !== undefined ? [spec] : [],
  )
  const through = asked.filter(({ interpreterArgs }) => isThroughTsx(interpreterArgs))
  const others = asked.filter((spec) => !through.includes(spec))
  const names = (specs: typeof asked): string => list(specs.map(({ name }) => name))
  return [
    ...(through.length === 0 ? [] : [`\`next_gen_js\`: run through tsx (${names(through)})`]),
    ...(others.length === 0
      ? []
      : [`\`next_gen_js\` changes nothing: run as they are (${names(others)})`]),
  ]
}

function jobLine({ spec }: Normalised): readonly string[] {
  if (spec?.schedule === undefined) return []
  return [
    `${spec.name} is a job: it runs at ${showTimes(spec.schedule)}, and now with \`troupe start ${spec.name}\``,
  ]
}

function incrementLine({ app, spec }: Normalised): readonly string[] {
  const { increment_var: name } = app.values
  if (spec === undefined || name === undefined) return []
  // Its value may be a secret.
  return isCountable(spec.env[name])
    ? []
    : [`${spec.name}: \`increment_var\` begins with 0, since env says no whole number for ${name}`]
}

/** Each stream is one file, which the process itself writes. */
function logFileLine({ app, spec }: Normalised): readonly string[] {
  const apart = apartFromLogFile(app)
  if (spec === undefined || apart.length === 0) return []
  const named = apart.map((name) => `\`${name}\``).join(' and ')
  const what = apart.length === 2 ? 'nothing' : 'only the other stream'
  return [
    `${spec.name}: \`log_file\` gets ${what}: ${named} ${apart.length === 2 ? 'have' : 'has'} the rest`,
  ]
}

/** Nobody stands between a service and its log who could stamp for it. */
function stampLine(services: readonly Normalised[]): readonly string[] {
  const names = services.flatMap(({ app, spec }) =>
    spec !== undefined && spec.logStamp === undefined && stampOf(app) !== undefined
      ? [spec.name]
      : [],
  )
  if (names.length === 0) return []
  const shown = '`troupe logs --timestamp` shows when each line was read'
  return [`${list(names)}: only Node services stamp what they write: ${shown}`]
}

function cwdLine(services: readonly Normalised[], callerCwd: string): readonly string[] {
  const names = services.flatMap(({ command, spec }) =>
    command?.isFromCaller === true && spec !== undefined ? [spec.name] : [],
  )
  if (names.length === 0) return []
  const why = `was found from the current directory ${callerCwd}, not from that of the file`
  return [`${list(names)} ${why}: say \`cwd\` to make it the same from everywhere`]
}
