import type { Check } from '../base/check.ts'
import type { Millis } from '../base/clock.ts'
import type { ManagedProcess } from '../process/host.ts'
import type { InsideLook } from '../process/inside-looks.ts'
import {
  type Patience,
  type Prober,
  type Sight,
  sightOf,
  type ProbeSite,
} from '../process/probe.ts'

/** Whom a look is about, and how it is reached. */
export interface Looked {
  /** Absent when nobody holds it now. */
  readonly process: ManagedProcess | undefined
  readonly site: ProbeSite
  readonly prober: Prober
}

/** Looks once: from inside where several processes share a port, or else from outside. Never rejects. */
export async function look(check: Check, of: Looked, patience: Patience): Promise<Sight> {
  const { process, site, prober } = of
  const seen = await askInside(check, process, patience.timeoutMs)
  switch (seen.kind) {
    case 'listening':
      return undefined
    case 'answered':
      return check.kind === 'http' ? sightOf(check, seen.status) : undefined
    case 'failed':
      return seen.why
    case 'elsewhere':
      return prober(check, site, patience)
  }
}

async function askInside(check: Check, process: ManagedProcess | undefined, timeoutMs: Millis) {
  const asked = insideLookOf(check, timeoutMs)
  return (asked && (await process?.look?.(asked))) ?? { kind: 'elsewhere' as const }
}

function insideLookOf(check: Check, timeoutMs: Millis): InsideLook | undefined {
  switch (check.kind) {
    case 'http':
      return { port: check.port, path: check.path, timeoutMs }
    case 'tcp':
      return { port: check.port, timeoutMs }
    case 'exec':
      return undefined
  }
}
