/** True for what JSON calls an object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What stood where something else was expected, short enough for a sentence. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  const whole = JSON.stringify(value)
  return whole.length > 60 ? `${whole.slice(0, 60)}…` : whole
}
