const longest = 300
const secret = /pass|secret|token|auth|cred|cookie|api_?key|private/i
const urlSecret = /\/\/[^@/\s"]+@/g

/** A message as a person may see it in a report: shortened, and with its secrets hidden. */
export function preview(message: unknown): string {
  const text = write(message).replaceAll(urlSecret, '//***@')
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text
}

function write(message: unknown): string {
  try {
    return JSON.stringify(message, shorten) ?? String(message)
  } catch {
    // Cycles, bigints and getters that throw.
    return Object.prototype.toString.call(message)
  }
}

function shorten(key: string, value: unknown): unknown {
  if (secret.test(key)) return '***'
  if (typeof value === 'string' && value.length > longest) return value.slice(0, longest)
  if (Array.isArray(value) && value.length > 20) return [...value.slice(0, 20), '…']
  return value
}
