import { fields } from './fields.ts'
import type { Normalised } from './normalise.ts'

/** One plain line for each thing that a file asks for and does not get; no more, however many services ask. */
export function announce(services: readonly Normalised[], callerCwd: string): readonly string[] {
  return [
    ...passiveLines(services),
    ...services.flatMap(nodeLines),
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

function nodeLines({ app, spec, command }: Normalised): readonly string[] {
  if (spec === undefined || command === undefined) return []
  const { exec_mode: mode, execute_command: isExecuted, reload, wait_ready: waits } = app.values
  if (spec.isNode) return []
  const asked = [
    ...(mode === 'cluster' && !isExecuted ? ['`exec_mode: cluster`'] : []),
    ...(reload === 'primary' && !isExecuted ? ['`reload: primary`'] : []),
  ]
  return [
    ...asked.map((what) => `${spec.name}: ${what} is for Node scripts: it runs in fork mode`),
    ...(waits ? [`${spec.name}: \`wait_ready\` is for Node scripts: it is online at once`] : []),
  ]
}

function cwdLine(services: readonly Normalised[], callerCwd: string): readonly string[] {
  const names = services.flatMap(({ command, spec }) =>
    command?.isFromCaller === true && spec !== undefined ? [spec.name] : [],
  )
  if (names.length === 0) return []
  const why = `was found from the current directory ${callerCwd}, not from that of the file`
  return [`${list(names)} ${why}: say \`cwd\` to make it the same from everywhere`]
}
