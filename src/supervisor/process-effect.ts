import type { Effect } from './instance-machine.ts'

/** Effects of the machine that concern the process alone. */
export type ProcessEffect = Extract<
  Effect,
  { do: 'abandon' | 'spawn' | 'signal' | 'drain' | 'shutdown' | 'kill' | 'sweep' }
>

const processEffects: readonly Effect['do'][] = [
  ...(['abandon', 'spawn', 'signal', 'drain'] as const),
  ...(['shutdown', 'kill', 'sweep'] as const),
]

/** Whether an effect is for the slot's process; the others are for the actor itself. */
export function isOfProcess(effect: Effect): effect is ProcessEffect {
  return processEffects.includes(effect.do)
}
