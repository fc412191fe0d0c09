import type { LifecycleEvent } from '../protocol/envelope.ts'
import { channelsOf } from '../protocol/names.ts'
import type { InstanceView } from '../protocol/views.ts'
import type { EventLog, LiveEvents } from '../protocol/watch.ts'
import type { Client } from './client.ts'
import { request } from './request.ts'

/** The event log of the manager behind a door: its own journal. */
export function localLog(client: Client): EventLog<InstanceView> {
  const { ns, host } = client.greeting
  const ask = { ns, channel: channelsOf(ns).host(host), services: [] }
  return {
    async bookmark() {
      // The end of the log comes with any answer; this is the shortest.
      const { bookmark } = await request(client, { ...ask, op: 'events', params: { limit: 1 } })
      return bookmark
    },
    async range(after, limit) {
      const { events } = await request(client, { ...ask, op: 'events', params: { after, limit } })
      return events
    },
    async states() {
      const { instances } = await request(client, { ...ask, op: 'status', params: {} })
      return instances
    },
  }
}

/** Every event that the manager behind a door announces. */
export function localEvents(client: Client): LiveEvents {
  return {
    subscribe: (hear) =>
      client.subscribe(channelsOf(client.greeting.ns).everyEvent, (payload) => {
        // The manager alone publishes here, and what it publishes are events.
        hear(JSON.parse(payload) as LifecycleEvent)
      }),
  }
}
