/** A length of time, or a point on the monotonic clock, in milliseconds. */
export type Millis = number

/** Undoes whatever returned it; calling it twice is harmless. */
export type Cancel = () => void

/** The only way this codebase reads or waits for time. */
export interface Clock {
  /** Monotonic: survives wall-clock changes, never goes backwards. */
  now(): Millis
  /** Wall time, for people, records on disk and other hosts; never for measuring a length of time. */
  date(): Date
  /** Calls `fn` once, `ms` from now. */
  after(ms: Millis, fn: () => void): Cancel
}

/** Node fires a longer timer at once instead of late. */
const longestTimerMs = 2 ** 31 - 1

/** The clock of this machine. A timer of any length fires when it is due, those too that are too long for Node. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  after(ms, fn) {
    if (ms > longestTimerMs) return afterLong(ms, fn)
    const timer = setTimeout(fn, ms)
    return () => clearTimeout(timer)
  },
}

function afterLong(ms: Millis, fn: () => void): Cancel {
  let cancel = systemClock.after(longestTimerMs, () => {
    cancel = systemClock.after(ms - longestTimerMs, fn)
  })
  return () => cancel()
}

/** Calls `fn` every `ms` until cancelled; the next call is armed after `fn` returned. */
export function every(clock: Clock, ms: Millis, fn: () => void): Cancel {
  let cancel: Cancel = () => {}
  let isOn = true
  const arm = (): void => {
    cancel = clock.after(ms, () => {
      fn()
      if (isOn) arm()
    })
  }
  arm()
  return () => {
    isOn = false
    cancel()
  }
}

/** Resolves `ms` from now. */
export function sleep(clock: Clock, ms: Millis): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve)
  })
}
