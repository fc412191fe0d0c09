import { execFile } from 'node:child_process'
import { performance } from 'node:perf_hooks'

/** Runs a program to its end: how long that took by the wall, and what it printed. */
export function run(argv, { env = process.env, cwd } = {}) {
  const [command, ...args] = argv
  const startedAt = performance.now()
  const options = { env, cwd, maxBuffer: 64 * 1024 * 1024, timeout: 120_000 }
  return new Promise((resolve, reject) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) resolve({ ms: performance.now() - startedAt, stdout })
      else reject(new Error(`${error.message}\n${stdout}${stderr}`))
    })
  })
}
