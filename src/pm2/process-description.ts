import { axmOf } from './axm.ts'
import type { Exit } from '../base/exit.ts'
import { declaredFields } from './declared-fields.ts'
import { versioningOf } from './versioning.ts'
import type { InstanceDetail, InstanceState, InstanceView, ServiceView } from '../protocol/views.ts'

/** One element of PM2's `jlist` (PM2-BEHAVIOUR §6). */
export interface ProcessDescription {
  readonly pid: number
  readonly name: string
  readonly pm_id: number
  readonly monit: { readonly memory: number; readonly cpu: number }
  readonly pm2_env: Readonly<Record<string, unknown>>
}

/** PM2 has fewer words for the life of a process. */
const statuses: Readonly<Record<InstanceState, string>> = {
  stopped: 'stopped',
  waiting: 'launching',
  preparing: 'launching',
  spawning: 'launching',
  starting: 'launching',
  online: 'online',
  draining: 'stopping',
  stopping: 'stopping',
  killing: 'stopping',
  backoff: 'waiting restart',
  errored: 'errored',
  adopting: 'online',
  stuck: 'stopping',
}

/** PM2's word for a state. */
export function statusOf(state: InstanceState): string {
  return statuses[state]
}

/** @param instances the same instances with what their processes use now */
export function processDescriptions(
  services: readonly ServiceView[],
  instances: readonly InstanceView[],
  username: string,
): readonly ProcessDescription[] {
  const used = new Map(instances.map((view) => [view.id, view]))
  return services
    .flatMap((service) =>
      service.instances.map((detail) => {
        const { cpuPercent, memoryBytes } = used.get(detail.id) ?? detail
        return describe(service, { ...detail, cpuPercent, memoryBytes }, username)
      }),
    )
    .toSorted((a, b) => a.pm_id - b.pm_id)
}

function describe(
  service: ServiceView,
  instance: InstanceDetail,
  username: string,
): ProcessDescription {
  const { id, pid = 0, state, cpuPercent, memoryBytes } = instance
  const isOnline = state === 'online'
  return {
    pid,
    name: service.name,
    pm_id: id,
    monit: {
      memory: isOnline ? memoryBytes : 0,
      cpu: isOnline ? Math.round(cpuPercent * 10) / 10 : 0,
    },
    pm2_env: {
      ...unused,
      [service.settings.instanceVar]: instance.slot,
      ...declared(service),
      ...live(instance),
      ...axmOf(instance.instruments),
      username,
    },
  }
}

function declared(service: ServiceView): Readonly<Record<string, unknown>> {
  const { name, namespace, args, interpreterArgs, autorestart, mergeLogs } = service
  return {
    name,
    namespace,
    args,
    node_args: interpreterArgs,
    pm_exec_path: service.script,
    pm_cwd: service.cwd,
    exec_interpreter: service.interpreter,
    merge_logs: mergeLogs,
    autorestart,
    max_restarts: service.maxRestarts,
    kill_timeout: service.killTimeoutMs,
    instances: service.instances.length,
    created_at: service.createdAt,
    version: service.version ?? 'N/A',
    ...declaredFields(service.settings),
    ...versioningOf(service.source),
    // Values of variables leave the manager nowhere (DESIGN, rule 9), so PM2's copies of them are missing.
    env: {},
  }
}

function live(instance: InstanceDetail): Readonly<Record<string, unknown>> {
  const { id, slot, state, mode, startedAt, onlineSince, launchId } = instance
  return {
    pm_id: id,
    NODE_APP_INSTANCE: slot,
    status: statuses[state],
    exec_mode: `${mode}_mode`,
    pm_uptime: onlineSince ?? startedAt ?? 0,
    restart_time: instance.restarts,
    unstable_restarts: instance.unstableRestarts,
    pm_out_log_path: instance.outFile,
    pm_err_log_path: instance.errorFile,
    pm_pid_path: instance.pidFile,
    ...(launchId === undefined ? {} : { unique_id: launchId }),
    ...exitCode(instance.lastExit?.exit),
  }
}

function exitCode(exit: Exit | undefined): { readonly exit_code?: number } {
  return exit !== undefined && 'code' in exit ? { exit_code: exit.code } : {}
}

/** What PM2's readers look for, and nothing here has. */
const unused = {
  filter_env: [],
  vizion_running: false,
  km_link: false,
  pmx: false,
  automation: false,
  windowsHide: true,
  axm_dynamic: {},
}
