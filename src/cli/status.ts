import type { Result } from '../protocol/operations.ts'
import type { Place } from './call.ts'
import { busText } from './host-text.ts'
import { instanceTable } from './table.ts'

/** The table that stands under every answer about services, and what is wrong with the host itself. */
export function printStatus({ host, instances }: Result<'status'>, { screen, clock }: Place): void {
  const { paint } = screen
  if (instances.length > 0) screen.print(instanceTable(instances, { paint, now: clock.date() }))
  else screen.note('no service is declared here; declare some with: troupe start <file>')
  if (host.bus.kind === 'down') screen.note(paint.busy(busText(host.bus)))
  for (const trouble of host.degraded) screen.note(paint.bad(`this host: ${trouble}`))
}
