import { limits } from './limits.ts'

/** Stands where something was left out. */
const cut = '…'

/** From mild to drastic; the last one leaves little of anything. */
const measures: readonly Measure[] = [
  ...[4_096, 2_048, 1_024, 512, 256, 128, 64].map((chars) => ({ chars, items: Infinity })),
  ...[64, 16, 4, 1].map((items) => ({ chars: 32, items })),
]

interface Measure {
  /** Longer texts are cut. */
  readonly chars: number
  /** Longer lists are cut. */
  readonly items: number
}

/**
 * Cuts the longest texts, then lists, of `data` until what `write` makes of it is no larger than an
 * event may be: an event is never dropped for its size.
 */
export function fitted<D>(data: D, write: (data: D) => unknown): D {
  let fitting = data
  for (const measure of measures) {
    if (Buffer.byteLength(JSON.stringify(write(fitting))) <= limits.eventBytes) return fitting
    // Cutting leaves the shape as it is: texts stay texts, and lists lists.
    fitting = shortened(data, measure) as D
  }
  return fitting
}

function shortened(value: unknown, measure: Measure): unknown {
  if (typeof value === 'string') return shortText(value, measure.chars)
  if (Array.isArray(value)) {
    const kept = value.slice(0, measure.items).map((each) => shortened(each, measure))
    // Lists of anything else would hold a stranger.
    const isText = typeof value[0] === 'string'
    return kept.length < value.length && isText ? [...kept, cut] : kept
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, shortened(each, measure)]),
  )
}

function shortText(text: string, chars: number): string {
  return text.length <= chars ? text : begin(text, chars) + cut
}

/** At most `chars` of a text: half of a character outside the basic plane is none. */
export function begin(text: string, chars: number): string {
  return text.slice(0, chars).replace(/[\uD800-\uDBFF]$/, '')
}
