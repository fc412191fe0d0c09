import { showBytes } from '../base/units.ts'
import type { InstanceState, InstanceView } from '../protocol/views.ts'
import { columns } from './columns.ts'
import type { Palette } from './screen.ts'
import { shortSpan } from './times.ts'

type Mood = 'good' | 'bad' | 'busy' | 'faint'

const moods: Readonly<Record<InstanceState, Mood>> = {
  stopped: 'faint',
  waiting: 'busy',
  preparing: 'busy',
  spawning: 'busy',
  starting: 'busy',
  online: 'good',
  draining: 'busy',
  stopping: 'busy',
  killing: 'busy',
  backoff: 'busy',
  errored: 'bad',
  adopting: 'busy',
  stuck: 'bad',
}

const head = ['id', 'name', 'mode', 'pid', 'status', '↺', 'uptime', 'cpu', 'memory']
const numbers = [7, 8]

export function stateText(state: InstanceState, paint: Palette): string {
  return paint[moods[state]](state)
}

/** What every instance is doing, one a line, and below it what needs somebody's attention. */
export function instanceTable(
  instances: readonly InstanceView[],
  { paint, now }: { readonly paint: Palette; readonly now: Date },
): string {
  const rows = instances.toSorted((a, b) => a.id - b.id)
  const cells = rows.map((view) => rowOf(view, paint, now))
  const lines = columns([head.map(paint.title), ...cells], { right: numbers })
    .split('\n')
    .map((line) => `  ${line}`)
  return [...lines, ...troubles(rows, paint)].join('\n')
}

function rowOf(view: InstanceView, paint: Palette, now: Date): readonly string[] {
  const { id, service, mode, pid, state, restarts } = view
  const since = view.onlineSince ?? view.startedAt
  const isUp = pid !== undefined
  return [
    String(id),
    service,
    mode,
    isUp ? String(pid) : '-',
    stateText(state, paint),
    String(restarts),
    isUp && since !== undefined ? shortSpan(now.getTime() - since) : '-',
    isUp ? `${Math.round(view.cpuPercent)}%` : '-',
    isUp ? showBytes(view.memoryBytes) : '-',
  ]
}

function troubles(rows: readonly InstanceView[], paint: Palette): readonly string[] {
  return rows
    .filter(({ state }) => state === 'errored' || state === 'backoff' || state === 'stuck')
    .map(({ service, slot, state, why }) => {
      const reason = why === undefined ? '' : `: ${why}`
      const who = `${service}#${slot} ${state}`
      return `${paint[moods[state]](who)}${reason} ${paint.faint(`· troupe why ${wordOf(service)}`)}`
    })
}

/** A name as it can be typed. */
function wordOf(service: string): string {
  return /^[\w@%+=:,./-]+$/.test(service) ? service : `'${service.replaceAll("'", `'\\''`)}'`
}
