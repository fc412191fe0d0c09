/** One entry of a stream, as `XRANGE` answers. */
export interface StreamEntry {
  readonly id: string
  readonly fields: ReadonlyMap<string, string>
}

/** The entries in a reply of XRANGE or XREVRANGE; none for anything else. */
export function asEntries(reply: unknown): readonly StreamEntry[] {
  if (!Array.isArray(reply)) return []
  return reply.map((entry: unknown) => {
    const [id, fields] = Array.isArray(entry) ? entry : []
    return { id: String(id), fields: new Map(pairsOf(asTexts(fields))) }
  })
}

/** A reply that is a list, each part as text; null becomes empty, and anything else has no parts. */
export function asTexts(reply: unknown): readonly string[] {
  return Array.isArray(reply) ? reply.map((part) => (part === null ? '' : String(part))) : []
}

/** What Redis lists as name, value, name, value. */
export function pairsOf(flat: readonly string[]): readonly (readonly [string, string])[] {
  return flat.flatMap((key, at) => (at % 2 === 0 ? [[key, flat[at + 1] ?? ''] as const] : []))
}
