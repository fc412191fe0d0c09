import { messageOf } from '../base/errors.ts'
import type { Link } from './link.ts'

/** A way along the commits of a service's source. */
export type Move =
  | { readonly op: 'pull'; readonly commit?: string }
  | { readonly op: 'forward' | 'backward' }

/**
 * Moves the source of a service and reloads it; resolves with what was said on the way.
 *
 * @throws Error that has PM2's `success` and `msg` as well
 */
export async function update(link: Link, name: string, move: Move): Promise<string> {
  const lines: string[] = []
  const onProgress = (line: unknown): void => void lines.push(String(line))
  try {
    const troupe = await link.open()
    const params = 'commit' in move ? { commit: move.commit } : {}
    const { moves } = await troupe.command(move.op, name, params, { onProgress })
    const ways = moves.map(({ from, to, subject }) => `${from} → ${to} ${subject}`)
    return [...lines, ...ways].join('\n')
  } catch (thrown) {
    const msg = messageOf(thrown)
    throw Object.assign(new Error(msg, { cause: thrown }), { success: false, msg })
  }
}
