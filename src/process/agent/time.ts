/** The service may replace its timers (tests do); the agent keeps those that it was born with. */
const { setTimeout: start, clearTimeout: stop } = globalThis

/** Undoes whatever returned it. */
export type Cancel = () => void

/** Calls `fn` once, `ms` from now. Unless it is `held`, the process does not stay alive for it. */
export function after(
  ms: number,
  fn: () => void,
  options: { readonly isHeld?: boolean } = {},
): Cancel {
  const timer = start(fn, ms)
  if (options.isHeld !== true) timer.unref()
  return () => stop(timer)
}
