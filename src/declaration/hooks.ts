import type { Millis } from '../base/clock.ts'

/** The steps of an instance's life around which a command can run. */
export type HookName = 'pre_start' | 'post_ready' | 'pre_stop' | 'post_stop'

/** A command that runs at a step, in the service's directory, environment and user. */
export interface Hook {
  readonly argv: readonly [string, ...string[]]
  /** When it is ended, with all that it started. */
  readonly timeoutMs: Millis
  /** Of `pre_start`: whether the start goes on after a failure. */
  readonly onFailure: 'abort' | 'continue'
}

/** The hooks of one service; what it does not declare is not run. */
export type Hooks = { readonly [N in HookName]?: Hook }
