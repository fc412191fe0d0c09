import type { Result } from '../protocol/operations.ts'
import type { Place } from './call.ts'
import { busText } from './host-text.ts'
import { instanceTable } from './table.ts'

/** The table that stands under every answer about services, by id unless it is sorted, and what is wrong with the host itself. */
export function printStatus(
  { host, instances }: Result<'status'>,
  { screen, clock }: Place,
  isSorted = false,
): void {
  const { paint } = screen
  const rows = isSorted ? instances : instances.toSorted((a, b) => a.id - b.id)
  if (rows.length > 0) screen.print(instanceTable(rows, { paint, now: clock.date() }))
  else screen.note('no service is declared here; declare some with: troupe start <file>')
  if (host.bus.kind === 'down') screen.note(paint.busy(busText(host.bus)))
  for (const trouble of host.degraded) screen.note(paint.bad(`this host: ${trouble}`))
}
