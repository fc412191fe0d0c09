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
