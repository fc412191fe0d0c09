import type { Link, Target } from './link.ts'

/** What PM2 calls back with. */
export interface SentLine {
  readonly pm_id: Target
  /** With what was put behind it. */
  readonly line: string
}

/**
 * Writes a line to the standard input of a process, given as `(id, line)` or `(id, line, separator)`.
 *
 * @throws Error in the words of PM2 for an id that nobody has, and for a worker
 */
export async function sendLine(link: Link, given: readonly unknown[]): Promise<SentLine> {
  const [id, line, separator] = given
  const text = String(line)
  const end = typeof separator === 'string' && separator !== '' ? separator : '\n'
  const all = await link.describe()
  const process = all.find(({ pm_id }) => String(pm_id) === String(id))
  if (process === undefined) throw new Error(`Process with ID <${String(id)}> unknown.`)
  if (process.pm2_env['exec_mode'] === 'cluster_mode') {
    throw new Error('Cannot send line to processes in cluster mode')
  }
  const troupe = await link.open()
  await troupe.command('stdin', String(id), { line: text, separator: end })
  return { pm_id: typeof id === 'number' ? id : String(id), line: text + end }
}
