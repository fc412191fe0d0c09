import type { AgentWord } from './words.ts'

/** A report is an event, and an event is no longer than 8 KB. */
const mostChars = 4_000

/**
 * Says the error that is about to end a process, in the words of `@pm2/io`; what the error does stays as it is. An
 * error before the manager was reached, in the first milliseconds, stands in the log alone.
 *
 * Whoever listens to `uncaughtException` decides himself what becomes of it; `@pm2/io` does, and says it.
 */
export function watchExceptions(target: NodeJS.Process, say: (word: AgentWord) => void): void {
  target.on('uncaughtExceptionMonitor', (thrown: unknown) => {
    if (target.listenerCount('uncaughtException') > 0) return
    try {
      say({ kind: 'message', data: { type: 'process:exception', data: reportOf(thrown) } })
    } catch {}
  })
}

/** Anything can be thrown, also what is an error in nothing but its looks. */
function reportOf(thrown: unknown): Readonly<Record<string, string>> {
  const isObject = typeof thrown === 'object' && thrown !== null
  const { name, message, stack } = (isObject ? thrown : {}) as Readonly<Record<string, unknown>>
  const said = typeof message === 'string' ? message : String(thrown)
  return {
    name: typeof name === 'string' ? name : 'Error',
    message: said.slice(0, mostChars),
    stack: (typeof stack === 'string' ? stack : said).slice(0, mostChars),
  }
}
