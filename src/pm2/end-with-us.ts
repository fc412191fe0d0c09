import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * Ends a manager and its services when this program ends, however it does: a small shell waits for the end of a pipe that only
 * this program holds. PM2 runs such a manager within the program. A `folder` that was made for it is removed as well.
 */
export function endWithUs(home: string, folder = ''): void {
  const cli = fileURLToPath(new URL('../cli/main.js', import.meta.url))
  const wait = 'cat >/dev/null; "$0" "$1" kill; [ -z "$2" ] || rm -rf "$2"'
  const child = spawn('/bin/sh', ['-c', wait, process.execPath, cli, folder], {
    cwd: '/',
    // Of a session of its own: Ctrl-C is for the program.
    detached: true,
    env: { ...process.env, TROUPE_HOME: home },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.unref()
  // A pipe is a socket here, which would keep the program alive.
  if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref()
  child.stdin.on('error', () => {})
}
