import { fileURLToPath } from 'node:url'

/** How the loop calls itself. */
export const loopName = 'troupe-manager'

/**
 * Keeps a manager running (SUPERVISION D10): whatever ends it, but its own wish, starts it
 * again after a short pause. A manager that leaves on purpose ends with 0, one that must not
 * be tried again (no lock, no usable configuration) with 64 to 69, as in sysexits.h.
 */
const loop =
  'export TROUPE_LOOP=$$; trap : HUP INT; while :; do "$@"; s=$?; if [ $s -eq 0 ] || { [ $s -ge 64 ] && [ $s -le 69 ]; }; then exit $s; fi; sleep 0.1; done'

/** What to run in order to have a manager: a small shell loop around the daemon. */
export function managerProgram(): readonly string[] {
  const main = fileURLToPath(new URL('../manager/main.js', import.meta.url))
  return ['/bin/sh', '-c', loop, loopName, process.execPath, main]
}
