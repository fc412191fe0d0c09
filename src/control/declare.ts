/** One app of a declaration, in PM2's words; every field of the manual may stand beside these. */
export interface DeclaredApp {
  readonly script: string
  readonly name?: string
  readonly namespace?: string
  readonly cwd?: string
  readonly args?: string | readonly string[]
  readonly interpreter?: string
  readonly node_args?: string | readonly string[]
  readonly exec_mode?: 'fork' | 'cluster'
  readonly instances?: number | 'max'
  readonly autorestart?: boolean
  readonly max_restarts?: number
  /** Milliseconds, or `"5s"`. */
  readonly min_uptime?: number | string
  /** Milliseconds, or `"5s"`. */
  readonly restart_delay?: number | string
  /** Milliseconds between the stop signal and SIGKILL, or `"5s"`. */
  readonly kill_timeout?: number | string
  readonly env?: Readonly<Record<string, string | number | boolean>>
  readonly [field: string]: unknown
}

/** What a declaration file says. */
export interface DeclarationFile {
  readonly apps: readonly DeclaredApp[]
  readonly [field: string]: unknown
}

/**
 * Returns what it is given: it lets an editor complete and check a `processes.config.ts`.
 * Whether the declaration can be used is found when it is read.
 *
 * @example
 * export default declare({ apps: [{ name: 'api', script: 'api.js', instances: 2 }] })
 */
export function declare<const D extends DeclarationFile>(declaration: D): D {
  return declaration
}
