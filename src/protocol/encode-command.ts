import type { Envelope } from './envelope.ts'
import type { HostSelector } from './host-selector.ts'
import { commandType } from './json-command.ts'
import type { Op, ServiceTarget } from './operations.ts'

/** A command as its sender knows it. */
export interface OutgoingCommand {
  readonly id: string
  readonly op: Op
  readonly services: readonly ServiceTarget[]
  readonly args: object
  readonly by: string
  readonly at: Date
  readonly hosts?: HostSelector
  readonly replyTo?: string
  readonly expiresAt?: Date
}

/** A command in its JSON spelling: the envelope of every message, with the command as its data. */
export function encodeCommand(command: OutgoingCommand): string {
  const { id, op, services, args, by, at, hosts, replyTo, expiresAt } = command
  const target = { ...(services.length === 0 ? {} : { services }), ...hosts }
  const envelope: Envelope = {
    specversion: '1.0',
    id,
    source: `op:${by}`,
    type: commandType,
    time: at.toISOString(),
    ...(expiresAt === undefined ? {} : { expirytime: expiresAt.toISOString() }),
    ...(replyTo === undefined ? {} : { replyto: replyTo }),
    data: { op, args, ...(Object.keys(target).length === 0 ? {} : { target }) },
  }
  return JSON.stringify(envelope)
}
