import { describeExit } from '../base/exit.ts'
import type { ActionOutcome } from '../protocol/answers.ts'
import type { EventDraft } from '../protocol/events.ts'

/** What ends the waiting for actions of one process. */
export type ActionEnd =
  /** It answered one action. */
  | { readonly kind: 'reply'; readonly action: string; readonly outcome: ActionOutcome }
  /** It is gone, whatever it was asked for. */
  | { readonly kind: 'gone'; readonly outcome: ActionOutcome }

/** Larger answers are not passed on: they have to fit into a frame of the local door, with all others. */
const mostChars = 1024 ** 2

/**
 * What an event means to whoever waits for an action; undefined when nothing.
 *
 * @param now wall time, ms since 1970, for an answer that does not say when it was given
 */
export function actionEnd(draft: EventDraft, now: number): ActionEnd | undefined {
  if (draft.type === 'instance.exited') {
    const why = `it ended with ${describeExit(draft.data.exit)} before it answered`
    return { kind: 'gone', outcome: { kind: 'silent', why } }
  }
  if (draft.type !== 'instance.message' || !isReply(draft.data.message)) return undefined
  const { action_name: action, return: value = null, at } = draft.data.message.data
  return { kind: 'reply', action, outcome: answered(value, typeof at === 'number' ? at : now) }
}

function answered(value: unknown, at: number): ActionOutcome {
  const chars = JSON.stringify(value)?.length ?? 0
  if (chars > mostChars) return { kind: 'silent', why: `its answer is too large: ${chars} bytes` }
  return { kind: 'answered', return: value, at }
}

interface ReplyMessage {
  readonly data: { readonly action_name: string; readonly return?: unknown; readonly at?: unknown }
}

/** `{type: 'axm:reply', data: {action_name, return, at}}` (PM2-BEHAVIOUR §8). */
function isReply(message: unknown): message is ReplyMessage {
  if (typeof message !== 'object' || message === null || !('type' in message)) return false
  if (message.type !== 'axm:reply' || !('data' in message)) return false
  const { data } = message
  return (
    typeof data === 'object' &&
    data !== null &&
    'action_name' in data &&
    typeof data.action_name === 'string'
  )
}
