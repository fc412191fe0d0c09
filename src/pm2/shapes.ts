import type { InstanceView } from '../protocol/views.ts'
import { type ProcessDescription, statusOf } from './process-description.ts'

/** What `restart`, `stop`, `reload` and `delete` answer of each process (PM2-BEHAVIOUR §6). */
export interface ActedProcess {
  readonly name: string
  readonly namespace: string
  readonly pm_id: number
  readonly status: string
  readonly restart_time: number
  readonly pm2_env: Omit<ActedProcess, 'pm2_env'> & {
    readonly env: Readonly<Record<string, never>>
  }
}

/** What `start` answers of each process: in PM2 a child as it was sent to the caller, or what `restart` answers. */
export interface ProcessHandle extends ProcessDescription {
  readonly process: { readonly pid: number }
  readonly namespace: unknown
  readonly status: unknown
  readonly restart_time: unknown
}

/** A process as stop, restart and their like answer it; its `env` is always empty. */
export function actedProcess(view: InstanceView): ActedProcess {
  const { service: name, namespace, id, state, restarts } = view
  const seen = { name, namespace, pm_id: id, status: statusOf(state), restart_time: restarts }
  // Values of variables leave the manager nowhere.
  return { ...seen, pm2_env: { ...seen, env: {} } }
}

/** A process as `start` answers it: what a description holds, with the parts that PM2 repeats outside. */
export function processHandle(description: ProcessDescription): ProcessHandle {
  const { namespace, status, restart_time } = description.pm2_env
  return { ...description, process: { pid: description.pid }, namespace, status, restart_time }
}
