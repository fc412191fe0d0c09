import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'

/** A service without a manager: a process whose output goes to a file. */
export function bareService(lab, { dir, ups, script = 'idle', env = {} }) {
  const log = openSync(join(dir, 'bare.log'), 'a')
  const child = spawn(process.execPath, [lab.service(script)], {
    cwd: dir,
    env: lab.env({ BENCH_UP: ups.file, ...env }),
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const ended = new Promise((resolve) => child.once('exit', resolve))
  return {
    pid: child.pid,
    end() {
      child.kill('SIGKILL')
      return ended
    },
  }
}
