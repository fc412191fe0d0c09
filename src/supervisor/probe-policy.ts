import type { Probe } from '../declaration/probes.ts'
import type { Sight } from '../process/probe.ts'

/** How often in a row a service was seen well, or not. */
export interface Streak {
  readonly wells: number
  readonly ills: number
}

/** Before the first look. */
export const noStreak: Streak = { wells: 0, ills: 0 }

/** What a look means after those before it. */
export type ProbeVerdict =
  | { readonly kind: 'well' }
  | { readonly kind: 'ill'; readonly why: string }
  | { readonly kind: 'unsure' }

/** Judges one look: only so many of a kind in a row say something. */
export function judgeLook(
  { successes, failures }: Pick<Probe, 'successes' | 'failures'>,
  sight: Sight,
  before: Streak,
): { readonly streak: Streak; readonly verdict: ProbeVerdict } {
  if (sight === undefined) {
    const streak = { wells: before.wells + 1, ills: 0 }
    return { streak, verdict: { kind: streak.wells >= successes ? 'well' : 'unsure' } }
  }
  const streak = { wells: 0, ills: before.ills + 1 }
  const many = failures === 1 ? '' : `, ${streak.ills} times in a row`
  const verdict: ProbeVerdict =
    streak.ills >= failures ? { kind: 'ill', why: `${sight}${many}` } : { kind: 'unsure' }
  return { streak, verdict }
}
