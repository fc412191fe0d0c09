import type { Clock, Millis } from '../base/clock.ts'
import { TroupeError } from '../base/errors.ts'
import { showMillis } from '../base/units.ts'

/**
 * Resolves with what `begin` is answered. The work is not stopped when that takes too long: only the waiting ends.
 *
 * @throws TroupeError `E_TIMEOUT`
 */
export function within<T>(
  clock: Pick<Clock, 'after'>,
  { what, ms }: { readonly what: string; readonly ms: Millis },
  begin: (done: (value: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () =>
      reject(
        new TroupeError('E_TIMEOUT', `${what} took longer than ${showMillis(ms)} and goes on`, {
          hint: 'see how far it is with: troupe list',
        }),
      ),
    )
    try {
      begin((value) => {
        cancel()
        resolve(value)
      })
    } catch (thrown) {
      cancel()
      throw thrown
    }
  })
}
