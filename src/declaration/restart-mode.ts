import type { CheckedApp } from './check.ts'
import { below, type Problem } from './problem.ts'

/** After which ends that nobody asked for a service starts again. */
export type RestartMode =
  | 'always'
  /** After any code but 0, and after a signal. */
  | 'on-failure'
  /** After a signal, and where nobody knows how it ended; never after an exit of its own. */
  | 'on-abnormal'
  | 'never'

/** PM2's `autorestart` and our `restart` are one thing; {@link restartProblems} has seen that they agree. */
export function restartModeOf({ values }: CheckedApp): RestartMode {
  // A job that has ended runs again at its time.
  const isKeptUp = values.autorestart && values.schedule === undefined
  return values.restart ?? (isKeptUp ? 'always' : 'never')
}

/** Objects to an app that says both, and the one against the other. */
export function restartProblems({
  path,
  values,
  spellings,
  broken,
}: CheckedApp): readonly Problem[] {
  const { autorestart, restart } = values
  const said = spellings.get('autorestart')
  if (restart === undefined || said === undefined || broken.has('autorestart')) return []
  if (autorestart === (restart !== 'never')) return []
  const expected = autorestart
    ? `anything but "never", since ${said} is true`
    : `"never", since ${said} is false`
  const hint = `leave ${said} out: restart says more`
  return [{ path: below(path, 'restart'), expected, got: restart, hint }]
}
