import type { ActionReply } from '../protocol/answers.ts'
import { targetIn } from './acting.ts'
import { isRecord, type Link } from './link.ts'

/** One element of what `trigger` answers (PM2-BEHAVIOUR §6). */
export interface TriggerReply {
  readonly process: { readonly pm_id: number; readonly name: string; readonly namespace: string }
  readonly data: { readonly action_name: string; readonly return: unknown; readonly at: number }
  readonly at: number
}

/**
 * Asks for an action, `[target, action, params?]`, and waits for each process that offers it. Who does not answer in
 * time is left out; that nobody offers it, or nobody answered, is an error.
 */
export async function trigger(
  link: Link,
  [target, action, params]: readonly unknown[],
): Promise<readonly TriggerReply[]> {
  if (typeof action !== 'string') throw new Error('the name of an action is missing')
  const troupe = await link.open()
  const asked = params === undefined || params === null ? { action } : { action, params }
  const { replies } = await troupe.command('trigger', String(target), asked)
  const answers = replies.flatMap(replyOf)
  const [first] = replies
  if (answers.length === 0 && first?.kind === 'silent') throw new Error(first.why)
  return answers
}

function replyOf(reply: ActionReply): readonly TriggerReply[] {
  if (reply.kind === 'silent') return []
  const { id, service, namespace, action, at } = reply
  const process = { pm_id: id, name: service, namespace }
  return [{ process, data: { action_name: action, return: reply.return, at }, at }]
}

/** What `msgProcess` answers. */
export interface Told {
  readonly process_count: number
  readonly success: true
}

/**
 * Tells processes an action, `[{id or name, msg, opts}]`, without waiting for what they answer, which the bus tells.
 * Without `id` and `name` all are meant; only those hear it that offer it.
 */
export async function msgProcess(link: Link, [message]: readonly unknown[]): Promise<Told> {
  const msg = isRecord(message) ? message['msg'] : undefined
  if (!isRecord(message) || typeof msg !== 'string') {
    throw new Error('msg is missing in the message')
  }
  const { id, name, ...said } = message
  const found = await link.called(targetIn([id ?? name]))
  const able = found.filter(({ pm2_env }) => offers(pm2_env['axm_actions'], msg))
  const troupe = await link.open()
  const data = Object.keys(said).length === 1 ? msg : said
  await Promise.all(able.map(({ pm_id }) => troupe.command('send', String(pm_id), { data })))
  return { process_count: able.length, success: true }
}

function offers(actions: unknown, name: string): boolean {
  return (
    Array.isArray(actions) && actions.some((each) => isRecord(each) && each['action_name'] === name)
  )
}
