import type { InstanceView } from '../protocol/views.ts'
import type { Delivered } from '../supervisor/instance-messages.ts'

/** What came of something that was sent to an instance. */
export interface Receipt {
  readonly view: InstanceView
  readonly came: Delivered
}

/** None for an instance that it was not sent to. */
export function receiptOf(view: InstanceView, came: Delivered | undefined): readonly Receipt[] {
  return came === undefined ? [] : [{ view, came }]
}

/** The instances that got it. */
export function reachedBy(receipts: readonly Receipt[]): readonly InstanceView[] {
  return receipts.filter(({ came }) => came === 'delivered').map(({ view }) => view)
}
