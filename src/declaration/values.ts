import type { Hooks } from './hooks.ts'
import type { SaidEnvFilter } from './env-filter.ts'
import type { SaidRotation } from './rotation.ts'
import type { Field } from './field.ts'
import type { SaidSchedule, SaidWatchOptions } from './fields/triggers.ts'
import type { RestartMode } from './restart-mode.ts'
import type { Probe, Readiness } from './probes.ts'
import type { Dependency } from './service.ts'
import type { Variables } from './variables.ts'

/** What an app says through the fields that act today, checked, with their defaults filled in. */
export interface Values {
  readonly script?: string
  readonly name?: string
  readonly name_prefix?: string
  readonly namespace: string
  readonly cwd?: string
  readonly args: readonly string[]
  readonly exec_interpreter?: string
  readonly node_args: readonly string[]
  readonly exec_mode?: 'fork' | 'cluster'
  /** 0: as many as there are processors; below 0: that many fewer. */
  readonly instances?: number
  readonly execute_command: boolean
  readonly autostart: boolean
  readonly port?: number
  readonly uid?: string | number
  readonly gid?: string | number

  readonly out_file?: string
  readonly error_file?: string
  readonly pid_file?: string
  readonly log_file?: boolean | string
  readonly log_type?: string
  readonly log_date_format?: boolean | string
  readonly time?: boolean
  readonly merge_logs?: boolean
  readonly disable_logs: boolean
  readonly log_rotate: boolean | Partial<SaidRotation>

  readonly autorestart: boolean
  readonly restart?: RestartMode
  readonly stop_exit_codes: readonly number[]
  readonly max_restarts: number
  readonly min_uptime: number
  readonly restart_delay: number
  readonly exp_backoff_restart_delay: number

  readonly max_memory_restart?: number
  readonly cron_restart?: string | false
  readonly cron_timezone?: string
  readonly cron_starts_stopped: boolean
  readonly watch?: boolean | readonly string[]
  readonly ignore_watch?: readonly string[]
  readonly watch_options?: Partial<SaidWatchOptions>
  readonly watch_delay: number
  readonly schedule?: Partial<SaidSchedule>

  readonly kill_timeout: number
  readonly kill_signal: NodeJS.Signals
  readonly treekill: boolean
  readonly wait_ready: boolean
  readonly listen_timeout: number
  readonly shutdown_with_message: boolean
  readonly drain_timeout: number
  readonly reload_signal?: NodeJS.Signals
  readonly reload?: 'restart' | 'overlap' | 'primary'
  readonly stdin?: 'pipe' | 'null'

  readonly depends_on?: readonly Dependency[]
  readonly readiness?: Readiness
  readonly liveness?: Probe
  readonly hooks?: Hooks

  readonly env: Variables
  readonly filter_env?: SaidEnvFilter
  readonly instance_var: string
  readonly increment_var?: string
  readonly source_map_support: boolean
  readonly disable_source_map_support: boolean
  readonly next_gen_js: boolean
  readonly append_env_to_name: boolean

  readonly vizion: boolean
  readonly post_update: readonly string[]
  readonly exec_timeout: number
}

/** The table of the active fields: a field that {@link Values} promises must have a fallback. */
export type ActiveFields = {
  readonly [K in keyof Values]-?: Field<Exclude<Values[K], undefined>> &
    (undefined extends Values[K] ? unknown : { readonly fallback: Values[K] })
}
