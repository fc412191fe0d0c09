import type { Instruments } from '../process/instruments.ts'
import { parseLaunchId } from '../process/launch-id.ts'
import { soundsSecret } from '../protocol/redact.ts'
import type { InstanceView } from '../protocol/views.ts'
import type { Inheritance } from '../supervisor/instance-ports.ts'

/** What the process of an instance has said of its actions and metrics; nothing where none runs, or none has. */
export function instrumentsOf(
  { launchId, pid }: InstanceView,
  estate: Pick<Inheritance, 'held'>,
): Instruments | undefined {
  if (launchId === undefined || pid === undefined) return undefined
  const { serviceId, seat, incarnation } = parseLaunchId(launchId)
  const held = estate.held(serviceId, seat)
  return held?.launch === incarnation ? held.process.instruments : undefined
}

/** The same as it may be shown: a library that is configured with a password says it among its options. */
export function shownInstruments(known: Instruments | undefined): Instruments | undefined {
  if (known === undefined) return undefined
  const { actions, metrics, options } = known
  const isSilent =
    actions.length === 0 && Object.keys(metrics).length === 0 && Object.keys(options).length === 0
  return isSilent ? undefined : { ...known, options: hidden(options) as Instruments['options'] }
}

function hidden(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hidden)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      soundsSecret(name) && typeof each === 'string' ? '***' : hidden(each),
    ]),
  )
}
