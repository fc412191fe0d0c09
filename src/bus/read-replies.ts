import type { Op } from '../protocol/operations.ts'
import type { Reply } from '../protocol/replies.ts'
import { beforeAll } from '../protocol/stream-id.ts'
import type { Command } from './script.ts'
import { asEntries, type StreamEntry } from './stream-entries.ts'
import type { HostReply } from './tally.ts'

type Progress = { readonly host: string } & Extract<Reply, { readonly status: 'progress' }>

const pageSize = 1_000

/**
 * Every reply to a command, in order and once; `end` whenever there are no more for now.
 * It looks again when `next` resolves.
 */
export async function* readReplies<O extends Op>(
  command: Command,
  key: string,
  next: () => Promise<void>,
): AsyncGenerator<HostReply<O> | Progress | 'end', never, undefined> {
  let last = beforeAll
  for (;;) {
    const entries = asEntries(await command('XRANGE', key, `(${last}`, '+', 'COUNT', pageSize))
    for (const entry of entries) {
      last = entry.id
      yield* replyOf<O>(entry)
    }
    if (entries.length === pageSize) continue
    yield 'end'
    await next()
  }
}

function replyOf<O extends Op>({ fields }: StreamEntry): readonly (HostReply<O> | Progress)[] {
  try {
    const { data } = JSON.parse(fields.get('e') ?? '') as { readonly data: object }
    // The manager is trusted to answer as its operation is declared; the wire has no types.
    return [{ ...data, host: fields.get('from') ?? '' } as HostReply<O> | Progress]
  } catch {
    return []
  }
}
