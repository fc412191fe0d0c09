import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { RunningServer } from './programs.ts'

/**
 * Runs "$@" and watches standard input, which the test process alone holds open: when that process ends, in
 * whatever way, the server is killed, $AT_END run and the directory "$0" removed. Prints the server's pid first.
 */
const guardScript = `
exec 3<&0
"$@" </dev/null >/dev/null 2>&1 3<&- &
server=$!
echo $server
{ read -r _ <&3; trap '' TERM; kill -KILL $server; eval "$AT_END"; rm -rf "$0"; } >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait $server
kill $watcher
`

/**
 * Starts a program that does not outlive this process, even when this one is killed with SIGKILL: then the
 * directory goes too, and the shell command `atEnd` ends whatever the program was only the handle of.
 */
export async function startGuarded(
  directory: string,
  program: string,
  args: readonly string[],
  atEnd = '',
): Promise<RunningServer> {
  const guard = spawn('sh', ['-c', guardScript, directory, program, ...args], {
    cwd: directory,
    env: { ...process.env, AT_END: atEnd },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  // A vitest that was killed leaves its workers behind: what ends for them is the channel to it alone.
  const letGo = (): void => void guard.stdin.destroy()
  process.once('disconnect', letGo)
  const exited = once(guard, 'exit').then(() => void process.off('disconnect', letGo))
  const [line] = (await once(createInterface(guard.stdout), 'line')) as [string]
  const pid = Number(line)
  let isGone = false
  void exited.then(() => (isGone = true))
  return {
    exited,
    // Once the guard has collected it, the number may belong to somebody else.
    signal: (name) => void (isGone || process.kill(pid, name)),
  }
}
