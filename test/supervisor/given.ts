import type { Exited, Memory, Moment } from '../../src/supervisor/instance-machine.ts'
import {
  defaultBackoff,
  fatalCodes,
  noFailures,
  type RestartPolicy,
} from '../../src/supervisor/restart-policy.ts'

/** A policy where only what the test is about is spelled out. */
export function policyWith(given: Partial<RestartPolicy>): RestartPolicy {
  return {
    mode: 'always',
    stopCodes: [],
    fatalCodes,
    maxRestarts: 16,
    minUptimeMs: 1_000,
    backoff: defaultBackoff,
    resetAfterMs: 30_000,
    ...given,
  }
}

export function memoryWith(given: Partial<Memory>): Memory {
  return {
    policy: policyWith({}),
    stopSignal: 'SIGINT',
    graceMs: 1_600,
    preStopMs: 0,
    awaits: 'alive',
    listenMs: 3_000,
    drainMs: 10_000,
    endsByMessage: false,
    failures: noFailures,
    restarts: 0,
    wanted: 'down',
    isAgain: false,
    isDone: false,
    why: '',
    ...given,
  }
}

export function exitedWith(given: Partial<Exited>): Exited {
  return {
    kind: 'exited',
    exit: { code: 1 },
    class: 'failure',
    exitedAt: 0,
    uptimeMs: 5,
    readyForMs: 5,
    observedLate: false,
    lastLogLines: [],
    survivors: [],
    ...given,
  }
}

/** Chance is fair and time stands still. */
export const moment: Moment = { now: 0, wall: 0, random: () => 0.5 }
