import type { LifecycleEvent } from '../protocol/envelope.ts'
import { shortType } from '../protocol/events.ts'
import type { LogLine } from '../protocol/answers.ts'
import type { ProcessDescription } from './process-description.ts'

/** One thing that PM2's bus tells. */
export interface BusPacket {
  readonly event: string
  readonly packet: unknown
}

/** PM2's words for what happens to a process, and for the state it is in then, by ours. */
const happenings: Readonly<Record<string, { readonly event: string; readonly status: string }>> = {
  'instance.online': { event: 'online', status: 'online' },
  'instance.exited': { event: 'exit', status: 'stopped' },
  'instance.errored': { event: 'restart overlimit', status: 'errored' },
}

/** Commands that PM2 tells of once they are done, in its words. */
const commands: Readonly<Record<string, string>> = {
  declare: 'start',
  start: 'start',
  stop: 'stop',
  restart: 'restart',
  reload: 'reload',
}

/** PM2's name for the end of the manager. */
export const killEvent = 'pm2:kill'

/** What PM2's bus would say of an event of ours; `of` are the processes of its service. */
export function busPackets(
  event: LifecycleEvent,
  of: readonly ProcessDescription[],
): readonly BusPacket[] {
  const type = shortType(event.type) ?? ''
  const at = Date.parse(event.time)
  const { slot, op, message } = event.data as { readonly [name: string]: unknown }
  const about = of.filter(({ pm2_env }) => pm2_env['NODE_APP_INSTANCE'] === slot)
  const happening = happenings[type]
  if (type === 'host.shutdown') return [{ event: killEvent, packet: killed(event) }]
  if (happening !== undefined) return about.map((each) => told(happening, false, each, at))
  const command = type === 'command.done' ? commands[String(op)] : undefined
  if (command !== undefined) return of.map((each) => told({ event: command }, true, each, at))
  if (type !== 'instance.message') return []
  return about.map((each) => messagePacket(message, each, at))
}

function killed({ data }: LifecycleEvent): unknown {
  return { status: 'killed', msg: data.text }
}

function told(
  { event, status }: { readonly event: string; readonly status?: string },
  manually: boolean,
  of: ProcessDescription,
  at: number,
): BusPacket {
  const { env: _, ...seen } = of.pm2_env
  const process = status === undefined ? seen : { ...seen, status }
  return { event: 'process:event', packet: { event, manually, process, at } }
}

/** What happened, in a sentence: in PM2 a line of its own log. */
export function managerPacket({ data, time }: LifecycleEvent): BusPacket {
  const process = { pm_id: 'PM2', name: 'PM2', rev: null }
  return {
    event: 'log:PM2',
    packet: { process, data: `${data.text}\n`, at: Date.parse(time) },
  }
}

/** A line that was written, with its end. */
export function logPacket(
  { stream, line, at }: LogLine,
  { name, pm_id, pm2_env }: ProcessDescription,
): BusPacket {
  const process = { pm_id, name, rev: null, namespace: pm2_env['namespace'] }
  return { event: `log:${stream}`, packet: { process, data: `${line}\n`, at } }
}

/** `{type, data}` is an event of the service's own; anything else is a message. */
function messagePacket(message: unknown, of: ProcessDescription, at: number): BusPacket {
  const { name, pm_id, pm2_env } = of
  const process = { pm_id, name, namespace: pm2_env['namespace'] }
  const isEvent =
    typeof message === 'object' && message !== null && 'type' in message && 'data' in message
  if (!isEvent) return { event: 'process:msg', packet: { at, raw: message, process } }
  return { event: String(message.type), packet: { at, data: message.data, process } }
}
