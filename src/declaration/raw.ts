/** An object as a file holds it. */
export type Raw = Readonly<Record<string, unknown>>

/** One app, and where in the file it stands. */
export interface RawApp {
  readonly path: string
  readonly raw: Raw
}

/** Whether it can have fields: an object, and no list. */
export function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The sentence about a name that nobody knows, with the nearest one that is known. */
export function unknownField(path: string, [meant]: readonly string[]): string {
  const question = meant === undefined ? '' : `: did you mean ${meant}?`
  return `${path} is not a known field${question}`
}
