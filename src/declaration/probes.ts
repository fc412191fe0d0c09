/** One look at a service from outside. */
export type Check =
  /** `status` absent: any from 200 to 399. */
  | {
      readonly kind: 'http'
      readonly host: string
      readonly port: number
      readonly path: string
      readonly status?: number
    }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** Well when it exits with 0. */
  | { readonly kind: 'exec'; readonly argv: readonly [string, ...string[]] }

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
