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
function backoffOf({ expBackoffMs, restartDelayMs }: ServiceSpec): Backoff {
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
  return restartDelayMs > 0 ? { kind: 'fixed', delayMs: restartDelayMs } : defaultBackoff
}

/** What a declaration sets in the machine's memory. */
export function settingsOf(spec: ServiceSpec): Pick<Memory, 'policy' | 'stopSignal' | 'graceMs'> {
  return { policy: policyOf(spec), stopSignal: spec.killSignal, graceMs: spec.killTimeoutMs }
}
