import { fileURLToPath } from 'node:url'

/** How the loop calls itself. */
export const loopName = 'troupe-manager'

/**
 * Keeps a manager running (SUPERVISION D10): whatever ends it, but its own wish, starts it
 * again after a short pause. A manager that leaves on purpose ends with 0, one that must not
 * be tried again (no lock, no usable configuration) with 64 to 69, as in sysexits.h. One that keeps failing
 * from inside (70) is tried ever less often; one that is killed, at once.
 */
const loop = `
export TROUPE_LOOP=$$
trap : HUP INT
failures=0
while :; do
  "$@"
  status=$?
  if [ $status -eq 0 ] || { [ $status -ge 64 ] && [ $status -le 69 ]; }; then exit $status; fi
  if [ $status -eq 70 ]; then failures=$((failures + 1)); else failures=0; fi
  case $failures in 0|1|2) sleep 0.1 ;; 3|4|5) sleep 2 ;; *) sleep 30 ;; esac
done`

/** A manager makes little garbage: a small nursery costs it nothing and saves an eighth of its memory (decision 013). */
const nursery = '--max-semi-space-size=1'

/** What to run in order to have a manager: a small shell loop around the daemon. */
export function managerProgram(): readonly string[] {
  const main = fileURLToPath(new URL('../manager/main.js', import.meta.url))
  return ['/bin/sh', '-c', loop, loopName, process.execPath, nursery, main]
}
