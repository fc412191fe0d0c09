/** The position before every entry. */
export const beforeAll = '0-0'

/** Negative when `a` stands before `b`. Ids are two integers: `9-0` stands before `10-0`, which text does not know. */
export function compareStreamIds(a: string, b: string): number {
  const [aMs, aSeq] = partsOf(a)
  const [bMs, bSeq] = partsOf(b)
  return aMs === bMs ? aSeq - bSeq : aMs - bMs
}

function partsOf(id: string): readonly [ms: number, seq: number] {
  const [ms = '0', seq = '0'] = id.split('-')
  return [Number(ms), Number(seq)]
}
