import { channelsOf } from '../protocol/names.ts'
import type { Bookmark } from '../protocol/answers.ts'
import type { InstanceView } from '../protocol/views.ts'
import { watch, type WatchItem } from '../protocol/watch.ts'
import { type EventsOptions, isWanted } from '../protocol/watch-wanted.ts'
import type { Client, Ended } from './client.ts'
import { unreachable } from './door-client.ts'
import { localEvents, localLog } from './local-log.ts'
import { request } from './request.ts'

type Item = WatchItem<InstanceView>

/** The events of the manager behind a door, as {@link Troupe.events} promises them. */
export function eventStream(client: Client, options: EventsOptions): AsyncIterable<Item> {
  const { after, since, signal } = options
  const end = new AbortController()
  const stop = (): void => end.abort()
  let ended: Ended | undefined
  void client.closed.then((how) => {
    ended = how
    stop()
  })
  if (signal?.aborted) stop()
  signal?.addEventListener('abort', stop, { once: true })
  const items =
    since === undefined ? live(client, end.signal, after) : history(client, end.signal, since)
  const quietly = (): boolean => ended?.kind === 'closed' || (signal?.aborted ?? false)

  return (async function* () {
    try {
      for await (const item of items) if (isWanted(item, options)) yield item
    } catch (thrown) {
      if (!quietly()) throw thrown
    } finally {
      signal?.removeEventListener('abort', stop)
    }
    if (ended !== undefined && !quietly()) throw unreachable(ended)
  })()
}

function live(
  client: Client,
  signal: AbortSignal,
  from: Bookmark | undefined,
): AsyncIterable<Item> {
  const options = from === undefined ? { signal } : { signal, from }
  return watch(localLog(client), localEvents(client), options)
}

async function* history(
  client: Client,
  signal: AbortSignal,
  since: Date | number,
): AsyncGenerator<Item, void, undefined> {
  const { ns, host } = client.greeting
  const { events, bookmark } = await request(client, {
    ns,
    channel: channelsOf(ns).host(host),
    op: 'events',
    services: [],
    params: { since: Number(since) },
  })
  let at = bookmark
  for (const event of events) {
    at = { epoch: bookmark.epoch, sequence: Number(event.sequence), lastId: event.logid ?? '' }
    yield { kind: 'event', event, bookmark: at }
  }
  yield* live(client, signal, at)
}
