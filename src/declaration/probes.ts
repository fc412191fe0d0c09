import type { Check } from '../base/check.ts'

/** Looks at a service again and again, and when that counts. */
export interface Probe {
  readonly check: Check
  /** The pause between two looks. */
  readonly intervalMs: number
  /** How long one look may take. */
  readonly timeoutMs: number
  /** So many in a row, and it is well. */
  readonly successes: number
  /** So many in a row, and it is not. */
  readonly failures: number
}

/** What makes a service online. */
export type Readiness =
  | { readonly kind: 'message' }
  | { readonly kind: 'listening' }
  | { readonly kind: 'probe'; readonly probe: Probe }
