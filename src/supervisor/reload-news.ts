import type { InstanceState } from '../protocol/views.ts'
import type { InstanceNews } from './instance-messages.ts'
import type { ReloadEvent, ReloadMemory, ReloadPhase } from './reload-machine.ts'

const down: readonly InstanceState[] = ['stopped', 'errored', 'backoff', 'stuck']

/** What news of an instance means for a reload; undefined when nothing waits for it. */
export function reloadEventOf(
  news: InstanceNews,
  phase: ReloadPhase,
  memory: ReloadMemory,
): ReloadEvent | undefined {
  if (news.role === 'current') return ofReplaced(news, phase, memory)
  if (news.slot !== memory.pending[0]) return undefined
  return news.role === 'retired' ? ofRetired(news, phase) : ofSuccessor(news, phase)
}

function ofReplaced(
  { slot, hasFailed, why }: InstanceNews,
  phase: ReloadPhase,
  { replaced, pending }: ReloadMemory,
): ReloadEvent | undefined {
  const isNew = replaced.includes(slot) || (phase === 'retiring' && slot === pending[0])
  return hasFailed && isNew ? { kind: 'relapsed', slot, why: `#${slot}: ${why}` } : undefined
}

function ofRetired({ state, forced }: InstanceNews, phase: ReloadPhase): ReloadEvent | undefined {
  return phase === 'retiring' && down.includes(state) ? { kind: 'gone', forced } : undefined
}

function ofSuccessor(
  { slot, state, why, isSettling }: InstanceNews,
  phase: ReloadPhase,
): ReloadEvent | undefined {
  const isDown = down.includes(state)
  if (phase === 'discarding') return isDown ? { kind: 'gone', forced: 0 } : undefined
  if (isDown) return { kind: 'failed', why: `#${slot}: ${why}` }
  const isReady = phase === 'starting' && state === 'online' && !isSettling
  return isReady ? { kind: 'ready' } : undefined
}
