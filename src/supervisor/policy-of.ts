import type { Millis } from '../base/clock.ts'
import type { HookName } from '../declaration/hooks.ts'
import type { ServiceSpec } from '../declaration/service.ts'
import type { Memory } from './instance-machine.ts'
import { type Backoff, defaultBackoff, fatalCodes, type RestartPolicy } from './restart-policy.ts'

/** How long a service must live until its earlier failures are forgotten (SUPERVISION §5). */
const resetAfterMs = 30_000

/** The restart policy that a declaration's PM2 fields mean. */
function policyOf(spec: ServiceSpec): RestartPolicy {
  return {
    mode: spec.restart,
    stopCodes: spec.stopExitCodes,
    fatalCodes,
    maxRestarts: spec.maxRestarts,
    minUptimeMs: spec.minUptimeMs,
    backoff: backoffOf(spec),
    resetAfterMs: Math.max(resetAfterMs, spec.minUptimeMs),
  }
}

/** PM2's `exp_backoff_restart_delay` wins over `restart_delay`; its delay grows by half up to 15 s. */
function backoffOf({ expBackoffMs, restartDelayMs, isEager }: ServiceSpec): Backoff {
  if (expBackoffMs > 0) {
    return {
      kind: 'exponential',
      initialMs: expBackoffMs,
      factor: 1.5,
      maxMs: 15_000,
      jitter: 0,
      isFirstDelayed: true,
    }
  }
  if (restartDelayMs === 0 && isEager === true) return { kind: 'fixed', delayMs: 0 }
  return restartDelayMs > 0 ? { kind: 'fixed', delayMs: restartDelayMs } : defaultBackoff
}

/** What a declaration sets in the machine's memory. */
type Settings = Pick<
  Memory,
  | 'policy'
  | 'stopSignal'
  | 'graceMs'
  | 'preStopMs'
  | 'awaits'
  | 'listenMs'
  | 'drainMs'
  | 'endsByMessage'
>

/** How long one step of a life may take because of its command. */
function hookMs({ hooks }: ServiceSpec, name: HookName): Millis {
  return hooks?.[name]?.timeoutMs ?? 0
}

/** How long the end of a process may take, from the command before the signal to the one after all. */
export function stopMsOf(spec: ServiceSpec): Millis {
  return hookMs(spec, 'pre_stop') + spec.killTimeoutMs + hookMs(spec, 'post_stop')
}

/** How long the commands of a start may take. */
export function startMsOf(spec: ServiceSpec): Millis {
  return hookMs(spec, 'pre_start') + hookMs(spec, 'post_ready')
}

/** What an act may take beyond the times that are declared: the way through the gate, a sweep, a slow disk. */
export const slackMs = 60_000

/** What an act of a service does to it, as far as that takes time. */
export interface Deed {
  readonly op: 'start' | 'stop' | 'restart' | 'reset'
  /** Instead of the declared `kill_timeout`. */
  readonly graceMs?: Millis | undefined
  /** Whoever it may have to wait for. */
  readonly awaited: readonly ServiceSpec[]
}

/** The longest that an act on a service may take where all goes as it was declared. */
export function actMsOf(spec: ServiceSpec, { op, graceMs, awaited }: Deed): Millis {
  // What is being started may have to end first, and what is being ended may have to be killed.
  const stopMs = 2 * (graceMs === undefined ? stopMsOf(spec) : hookedMs(spec) + graceMs)
  if (op === 'stop') return stopMs + slackMs
  const startMs = [spec, ...awaited].map((each) => startMsOf(each) + listenMsOf(each))
  return stopMs + startMs.reduce((sum, ms) => sum + ms, 0) + slackMs
}

function hookedMs(spec: ServiceSpec): Millis {
  return hookMs(spec, 'pre_stop') + hookMs(spec, 'post_stop')
}

/** How long it may take to be ready. */
function listenMsOf({ listenTimeoutMs, readiness }: ServiceSpec): Millis {
  return readiness === undefined ? 0 : listenTimeoutMs
}

/** The longest that replacing one process may take. */
export function stepMsOf(spec: ServiceSpec): Millis {
  const { listenTimeoutMs, minUptimeMs, drainTimeoutMs } = spec
  const lifeMs = listenTimeoutMs + minUptimeMs + drainTimeoutMs
  return startMsOf(spec) + lifeMs + 2 * stopMsOf(spec) + slackMs
}

/** What the machine goes by, out of what a service declares. */
export function settingsOf(spec: ServiceSpec): Settings {
  return {
    policy: policyOf(spec),
    stopSignal: spec.killSignal,
    graceMs: spec.killTimeoutMs,
    preStopMs: hookMs(spec, 'pre_stop'),
    awaits: spec.readiness?.kind ?? 'alive',
    listenMs: spec.listenTimeoutMs,
    drainMs: spec.drainTimeoutMs,
    endsByMessage: spec.shutdownWithMessage,
  }
}

/** As {@link settingsOf}, for a copy that has yet to prove itself: its first failure is its last. */
export function trialSettingsOf(spec: ServiceSpec, isListenerAwaited: boolean): Settings {
  const settings = settingsOf(spec)
  const { policy, awaits } = settings
  return {
    ...settings,
    policy: { ...policy, isTrial: true },
    awaits: awaits === 'alive' && isListenerAwaited ? 'listening' : awaits,
  }
}
