import { TroupeError } from '../base/errors.ts'
import { nearest } from '../base/nearest.ts'
import { showBytes } from '../base/units.ts'
import type { InstanceView } from '../protocol/views.ts'
import { columns } from './columns.ts'
import { shortSpan } from './times.ts'

const since = ({ onlineSince, startedAt }: InstanceView): number => onlineSince ?? startedAt ?? 0

/** What `--sort` goes by; numbers by size, texts by the alphabet. */
const keys: Readonly<Record<string, (view: InstanceView) => string | number>> = {
  id: ({ id }) => id,
  pm_id: ({ id }) => id,
  name: ({ service }) => service,
  namespace: ({ namespace }) => namespace,
  pid: ({ pid }) => pid ?? 0,
  cpu: ({ cpuPercent }) => cpuPercent,
  memory: ({ memoryBytes }) => memoryBytes,
  // The longer up, the larger.
  uptime: (view) => (view.pid === undefined ? 0 : -since(view)),
  status: ({ state }) => state,
}

/**
 * Orders instances by `<field>[:asc|:desc]`.
 *
 * @throws TroupeError `E_USAGE`
 */
export function sorted(
  instances: readonly InstanceView[],
  wanted: string,
): readonly InstanceView[] {
  const [, field = '', order] = /^(\w*)(?::(asc|desc))?$/.exec(wanted) ?? []
  const key = Object.hasOwn(keys, field) ? keys[field] : undefined
  if (key === undefined) throw noField(wanted)
  const turn = order === 'desc' ? -1 : 1
  return instances.toSorted((a, b) => turn * compare(key(a), key(b)) || a.id - b.id)
}

function noField(wanted: string): TroupeError {
  const [meant] = nearest(wanted.replace(/:.*/, ''), Object.keys(keys))
  const hint =
    meant === undefined ? 'such as name or memory:desc' : `did you mean ${meant}, or ${meant}:desc?`
  return new TroupeError('E_USAGE', `--sort: expected a field, got "${wanted}"`, { hint })
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a) < String(b) ? -1 : Number(String(a) > String(b))
}

/** Blocks of text, one an instance, as `pm2 -m list` has them. */
export function miniList(instances: readonly InstanceView[], now: Date): string {
  return instances.map((view) => block(view, now)).join('\n')
}

function block(view: InstanceView, now: Date): string {
  const { id, service, namespace, pid, state, restarts, mode, cpuPercent, memoryBytes } = view
  const uptime = pid === undefined ? '0' : shortSpan(now.getTime() - since(view))
  const facts = columns([
    ['namespace', `: ${namespace}`],
    ['pid', `: ${pid ?? 'N/A'}`],
    ['pm2 id', `: ${id}`],
    ['status', `: ${state}`],
    ['mode', `: ${mode}`],
    ['restarted', `: ${restarts}`],
    ['uptime', `: ${uptime}`],
    ['memory usage', `: ${showBytes(memoryBytes)}`],
    ['cpu', `: ${Math.round(cpuPercent)}%`],
  ])
  return `+--- ${service}\n${facts}\n`
}
