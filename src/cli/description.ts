import { describeExit } from '../base/exit.ts'
import { showBytes, showMillis } from '../base/units.ts'
import type {
  ExitRecord,
  InstanceDetail,
  InstanceView,
  JobRun,
  ServiceView,
} from '../protocol/views.ts'
import { columns } from './columns.ts'
import { instrumentRows } from './instrument-text.ts'
import { sourceFacts } from './source-facts.ts'
import type { Palette } from './screen.ts'
import { stateText } from './table.ts'
import { clockTime, dateTime } from './times.ts'

interface Look {
  readonly paint: Palette
  readonly now: Date
}

type Fact = readonly [name: string, value: string]

/** A service in key/value blocks: what it is, then each of its instances. */
export function descriptionOf(
  service: ServiceView,
  used: readonly InstanceView[],
  look: Look,
): string {
  const blocks = service.instances.map((instance) => {
    const now = used.find(({ id }) => id === instance.id)
    return block(`${service.name}#${instance.slot}`, instanceFacts(instance, now, look), look, [
      ...instrumentLines(instance, look),
      ...exitLines(instance.exits, look),
    ])
  })
  const runs = runLines(service.runs ?? [], look)
  return [block(service.name, serviceFacts(service, look), look, runs), ...blocks].join('\n')
}

function serviceFacts(service: ServiceView, { now }: Look): readonly Fact[] {
  const { schedule, nextRunAt } = service
  const { script, args, interpreter, interpreterArgs, envName, file, version } = service
  return [
    ['namespace', service.namespace],
    ['wanted', service.desired],
    ['script', script],
    ['args', args.join(' ')],
    ['interpreter', interpreter],
    ['interpreter args', interpreterArgs.join(' ')],
    ['cwd', service.cwd],
    ['version', version ?? ''],
    ...sourceFacts(service.source),
    ['declared in', file ?? ''],
    ['environment', envName ?? ''],
    ['variables', service.envNames.join(', ')],
    ['runs at', schedule ?? ''],
    ['next run', nextRunAt === undefined ? '' : clockTime(new Date(nextRunAt), now)],
    ['restarts by itself', restartText(service)],
    ['gives up after', `${service.maxRestarts} unstable exits in a row`],
    ['kill timeout', showMillis(service.killTimeoutMs)],
    ['created at', dateTime(new Date(service.createdAt))],
  ]
}

function restartText({ restart, autorestart }: ServiceView): string {
  return restart.startsWith('on-') ? restart : autorestart ? 'yes' : 'no'
}

function instanceFacts(
  instance: InstanceDetail,
  used: InstanceView | undefined,
  look: Look,
): readonly Fact[] {
  const { id, state, mode, restarts, unstableRestarts, why } = instance
  return [
    ['id', String(id)],
    ['status', stateText(state, look.paint)],
    ['why', why ?? ''],
    ['mode', mode],
    ...processFacts(used ?? instance, look),
    ['restarts', String(restarts)],
    ['unstable restarts', String(unstableRestarts)],
    ['out log', instance.outFile],
    ['error log', instance.errorFile],
    ['pid file', instance.pidFile],
  ]
}

function processFacts(view: InstanceView, { now }: Look): readonly Fact[] {
  const { pid, onlineSince, startedAt, cpuPercent, memoryBytes } = view
  if (pid === undefined) return []
  const since = onlineSince ?? startedAt
  return [
    ['pid', String(pid)],
    ['uptime', since === undefined ? '' : showMillis(now.getTime() - since)],
    ['cpu', `${Math.round(cpuPercent)}%`],
    ['memory', showBytes(memoryBytes)],
  ]
}

function instrumentLines({ instruments }: InstanceDetail, { paint }: Look): readonly string[] {
  if (instruments === undefined) return []
  return Object.entries(instrumentRows(instruments)).flatMap(([title, rows]) => {
    const shown = rows.map(([name = '', ...more]) => [`    ${name}`, ...more])
    return rows.length === 0 ? [] : [`  ${paint.faint(title)}`, columns(shown)]
  })
}

function exitLines(exits: readonly ExitRecord[], { paint, now }: Look): readonly string[] {
  if (exits.length === 0) return []
  const rows = exits.map(({ at, exit, class: kind, uptimeMs, observedLate, pid }) => [
    `    ${clockTime(new Date(at), now)}`,
    describeExit(exit),
    kind,
    `after ${showMillis(uptimeMs)}`,
    [pid === undefined ? '' : `pid ${pid}`, observedLate ? 'seen late' : ''].join(' ').trim(),
  ])
  return [`  ${paint.faint('last exits')}`, columns(rows)]
}

function runLines(runs: readonly JobRun[], { paint, now }: Look): readonly string[] {
  if (runs.length === 0) return []
  const rows = runs.map(({ startedAt, endedAt, outcome, exit, why }) => [
    `    ${clockTime(new Date(startedAt), now)}`,
    outcome,
    endedAt === undefined ? '' : `after ${showMillis(endedAt - startedAt)}`,
    exit === undefined ? '' : describeExit(exit),
    why,
  ])
  return [`  ${paint.faint('last runs')}`, columns(rows)]
}

/** Facts with nothing to say are left out. */
function block(
  title: string,
  facts: readonly Fact[],
  { paint }: Look,
  more: readonly string[] = [],
): string {
  const told = facts.filter(([, value]) => value !== '')
  const rows = told.map(([name, value]) => [`  ${paint.faint(name)}`, value])
  return [paint.title(title), columns(rows), ...more].join('\n')
}
