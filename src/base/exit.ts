/**
 * How a process ended. A process killed by a signal has no code; a process whose
 * guard was killed with it has neither, and is `unknown`.
 */
export type Exit =
  | { readonly code: number }
  | { readonly signal: NodeJS.Signals }
  | { readonly unknown: true }

/** `code 1`, `SIGKILL` or `unknown`, as people read it. */
export function describeExit(exit: Exit): string {
  if ('code' in exit) return `code ${exit.code}`
  return 'signal' in exit ? exit.signal : 'unknown'
}
