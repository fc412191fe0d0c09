import type { LogMark } from './log-file.ts'

/** Whose log a mark was set in. */
interface Owner {
  readonly service: string
  readonly slot: number
  readonly stream: 'out' | 'err'
}

/** Where each log is to be read on, by {@link ownerKey}. */
export type Marks = ReadonlyMap<string, LogMark>

/** Tells apart the logs of one host: service, slot and stream make one. */
export function ownerKey({ service, slot, stream }: Owner): string {
  return `${service}#${slot} ${stream}`
}

/** A mark as it travels: whoever gets it hands it back as it is. */
export function spellMark(owner: Owner, { file, end, isWhole }: LogMark): string {
  return `${ownerKey(owner)} ${file}:${end}${isWhole ? '' : '+'}`
}

/** Reads what {@link spellMark} wrote; what it did not write is no mark. */
export function readMarks(texts: readonly string[]): Marks {
  const marks = texts.flatMap((text): readonly (readonly [string, LogMark])[] => {
    const [, key, file, end, more] = /^(.+) (\d+-\d+):(\d{1,15})(\+?)$/s.exec(text) ?? []
    if (key === undefined || file === undefined) return []
    return [[key, { file, end: Number(end), isWhole: more === '' }]]
  })
  return new Map(marks)
}
