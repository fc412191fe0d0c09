import { execFile, type ExecFileOptions } from 'node:child_process'

/** Runs a program to its end and resolves with what it printed; the error names the program and its last words. */
export function run(
  program: string,
  args: readonly string[],
  options: ExecFileOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const settings = { timeout: 30_000, killSignal: 'SIGKILL', ...options } as const
    const child = execFile(
      program,
      [...args],
      { ...settings, encoding: 'utf8' },
      (error, out, err) => {
        if (error === null) return resolve(out)
        const lastWords = `${out}\n${err}`.trim().split('\n').at(-1) ?? ''
        const ending = error.killed ? `took longer than ${settings.timeout} ms` : lastWords
        reject(
          new Error(`${program} ${args[0] ?? ''}: ${ending || error.message}`, { cause: error }),
        )
      },
    )
    child.stdin?.end()
  })
}
