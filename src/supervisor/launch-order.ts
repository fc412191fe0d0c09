import { basename, dirname, extname, join } from 'node:path'
import type { ServiceSpec } from '../declaration/service.ts'
import type { ClusterOrder, LaunchOrder } from '../process/host.ts'
import { launchIdOf } from '../process/launch-id.ts'
import { filterVariables } from './env-filter.ts'
import { fileName } from './file-name.ts'
import type { RestartPolicy } from './restart-policy.ts'
import { settingsOf } from './policy-of.ts'
import type { SeatedSlot } from './seat.ts'

/** Where a home keeps what its services write, and how services find the manager. */
export interface Surroundings {
  readonly home: string
  readonly logs: string
  readonly pids: string
  readonly socket: string
  readonly host: string
  readonly ns: string
}

/** One slot of a service that is about to be launched. */
export interface Slot {
  readonly serviceId: string
  readonly spec: ServiceSpec
  readonly inherited: Readonly<Record<string, string>>
  readonly slot: number
  readonly pmId: number
  /** Whether it is to run by itself when its supervisor begins. */
  readonly wanted: 'up' | 'down'
}

/** Variables of the caller's shell that describe the caller's own process, not the service. */
const neverInherited =
  /^(TROUPE_.*|NODE_CHANNEL_(FD|SERIALIZATION_MODE)|NODE_UNIQUE_ID|OLDPWD|PWD|SHLVL|_)$/

/** Computes everything about a launch from the declaration: nothing of an earlier launch leaks in. */
export function launchOrder(
  slot: SeatedSlot,
  incarnation: number,
  around: Surroundings,
): LaunchOrder {
  const { spec } = slot
  return {
    service: spec.name,
    slot: slot.slot,
    launchId: launchIdOf({ ...slot, incarnation }),
    argv: commandOf(spec),
    cwd: spec.cwd,
    env: environmentOf(slot, around),
    ...userOf(spec),
    ...stampOf(slot),
    files: { ...logFilesOf(slot, around), pid: pidFileOf(slot, around) },
    ...(hasStdin(spec) ? { hasStdin: true } : {}),
    ...(spec.isNode ? { agent: true } : {}),
    ...(isHeard(spec) ? { isAwaited: true } : {}),
    ...(spec.execMode === 'cluster' ? { cluster: clusterOf(slot) } : {}),
  }
}

/** A worker has its primary's channel besides. */
function isHeard({ readiness, execMode }: ServiceSpec): boolean {
  return execMode === 'fork' && readiness !== undefined && readiness.kind !== 'probe'
}

/** Nobody sits by a job that runs at night, and one that reads its input to the end would never end. */
function hasStdin({ execMode, stdin, schedule }: ServiceSpec): boolean {
  if (execMode === 'cluster') return false
  return stdin === undefined ? schedule === undefined : stdin === 'pipe'
}

/** While no manager lives the primary restarts as the manager would. */
function clusterOf({ spec, role, isTrusted }: SeatedSlot): ClusterOrder {
  const { policy } = settingsOf(spec)
  const { mode, maxRestarts, backoff } = policy
  const { initialMs, factor, maxMs } =
    backoff.kind === 'fixed'
      ? { initialMs: backoff.delayMs, factor: 1, maxMs: backoff.delayMs }
      : backoff
  return {
    scheduling: spec.scheduling,
    nodeArgs: spec.interpreterArgs.length,
    autonomy: {
      initialMs,
      factor,
      maxMs,
      maxRestarts: mode === 'never' ? 0 : maxRestarts,
      restCodes: restCodesOf(policy),
    },
    ...(role === 'successor' && isTrusted !== true ? { isHeldBack: true } : {}),
  }
}

function restCodesOf({ mode, stopCodes, fatalCodes }: RestartPolicy): readonly number[] | 'all' {
  if (mode === 'never' || mode === 'on-abnormal') return 'all'
  return [...(mode === 'on-failure' ? [0] : []), ...stopCodes, ...fatalCodes]
}

/** What of a shell's environment a service gets. */
export function inheritable(environment: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(environment).filter(([name]) => !neverInherited.test(name))
  return Object.fromEntries(kept)
}

function commandOf({
  interpreter,
  interpreterArgs,
  script,
  args,
}: ServiceSpec): LaunchOrder['argv'] {
  if (interpreter === 'none') return [script, ...args]
  return [interpreter, ...interpreterArgs, script, ...args]
}

/** What a process of a service finds in its environment. */
export function environmentOf(
  { spec, inherited, slot, pmId }: Slot,
  around: Surroundings,
): LaunchOrder['env'] {
  return {
    ...filterVariables(inheritable(inherited), spec.envFilter),
    ...accountOf(spec),
    ...spec.env,
    ...countedOn(spec, slot),
    PWD: spec.cwd,
    [spec.instanceVar]: String(slot),
    TROUPE_SERVICE: spec.name,
    TROUPE_INSTANCE: String(slot),
    TROUPE_ID: String(pmId),
    TROUPE_HOST: around.host,
    TROUPE_NAMESPACE: around.ns,
    TROUPE_HOME: around.home,
    TROUPE_SOCKET: around.socket,
  }
}

/** What stands for a declared value: no variable can hold it. */
const declared = '\0'

/** Names of the variables of a process that are neither declared nor a shell's, but given by Troupe. */
export function ownNames(spec: ServiceSpec): readonly string[] {
  const env = Object.fromEntries(Object.keys(spec.env).map((name) => [name, declared]))
  const slot = { serviceId: '', inherited: {}, slot: 0, pmId: 0, wanted: 'up' } as const
  const given = environmentOf({ ...slot, spec: { ...spec, env } }, nowhere)
  return Object.keys(given).filter((name) => given[name] !== declared)
}

const nowhere: Surroundings = { home: '', logs: '', pids: '', socket: '', host: '', ns: '' }

/** What a program looks for that wants to know whose it is. */
function accountOf({ runAs }: ServiceSpec): LaunchOrder['env'] {
  if (runAs?.user === undefined) return {}
  const { name, home } = runAs.user
  return { HOME: home, USER: name, LOGNAME: name }
}

/** Who a process of a service runs as, where that is not the user of the manager. */
export function userOf({ runAs }: ServiceSpec): Pick<LaunchOrder, 'user'> {
  if (runAs === undefined) return {}
  const { gid, user } = runAs
  return { user: { gid, ...(user === undefined ? {} : { uid: user.uid }) } }
}

/** It is the agent that stamps. */
function stampOf({ spec, pmId }: Slot): Pick<LaunchOrder, 'stamp'> {
  const { logStamp, name } = spec
  if (logStamp === undefined) return {}
  const stamp = logStamp.kind === 'text' ? logStamp : { ...logStamp, app: name, id: pmId }
  return { stamp }
}

function countedOn({ increment }: ServiceSpec, slot: number): LaunchOrder['env'] {
  return increment === undefined ? {} : { [increment.name]: String(increment.from + slot) }
}

/** `<logs>/<name>-out.log`, or `<logs>/<name>.log` for both streams; several instances that do not merge get their id before the extension, as in PM2. */
export function logFilesOf(
  { spec, pmId }: Pick<Slot, 'spec' | 'pmId'>,
  { logs }: Surroundings,
): { readonly out: string; readonly error: string } {
  const plain = fileName(spec.name)
  const own = (stream: string): string =>
    join(logs, spec.joinLogs === true ? `${plain}.log` : `${plain}-${stream}.log`)
  const out = spec.outFile ?? own('out')
  const error = spec.errorFile ?? own('error')
  const isShared = spec.mergeLogs || spec.execMode === 'cluster' || spec.instances === 1
  return isShared ? { out, error } : { out: numbered(out, pmId), error: numbered(error, pmId) }
}

/** The file with the pid of an instance: its number is put before the extension, so that instances do not share one. */
export function pidFileOf(
  { spec, pmId }: Pick<Slot, 'spec' | 'pmId'>,
  { pids }: Surroundings,
): string {
  return numbered(spec.pidFile ?? join(pids, `${fileName(spec.name)}.pid`), pmId)
}

function numbered(path: string, pmId: number): string {
  const extension = extname(path)
  if (extension !== '.log' && extension !== '.pid') return path
  return join(dirname(path), `${basename(path, extension)}-${pmId}${extension}`)
}
