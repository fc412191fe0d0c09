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

/** The name of a state in the colour of how it stands: good, busy or bad. */
export function stateText(state: InstanceState, paint: Palette): string {
  return paint[moods[state]](state)
}

/** What every instance is doing, one a line in the given order, and below it what needs somebody's attention. */
export function instanceTable(
  instances: readonly InstanceView[],
  { paint, now }: { readonly paint: Palette; readonly now: Date },
): string {
  const cells = [head.map(paint.title), ...instances.map((view) => rowOf(view, paint, now))]
  const hasNamespaces = instances.some(({ namespace }) => namespace !== 'default')
  const shown = hasNamespaces ? withNamespaces(cells, instances, paint) : cells
  const lines = columns(shown, { right: hasNamespaces ? numbers.map((at) => at + 1) : numbers })
    .split('\n')
    .map((line) => `  ${line}`)
  return [...lines, ...troubles(instances, paint)].join('\n')
}

/** A column that says `default` in every row says nothing. */
function withNamespaces(
  cells: readonly (readonly string[])[],
  instances: readonly InstanceView[],
  paint: Palette,
): readonly (readonly string[])[] {
  return cells.map((row, at) => {
    const namespace = instances[at - 1]?.namespace
    return row.toSpliced(2, 0, namespace ?? paint.title('namespace'))
  })
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
