import type { PrimaryLife } from '../process/primaries.ts'
import type { EventDraft } from '../protocol/events.ts'

/** What happened to a primary, as an event of its service. */
export function primaryEvent(life: PrimaryLife, service: string | undefined): EventDraft {
  const scope = service === undefined ? {} : { service }
  switch (life.kind) {
    case 'up':
      return { type: 'primary.up', data: { pid: life.pid }, ...scope }
    case 'adopted':
      return { type: 'primary.adopted', data: { pid: life.pid }, ...scope }
    case 'retired':
      return { type: 'primary.retired', data: {}, ...scope }
    case 'lost':
      return { type: 'primary.lost', data: { exit: life.exit }, ...scope }
  }
}
