import { readFileSync } from 'node:fs'

/** The version of this command; a manager that has been running for long may have another. */
export function ownVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const read: unknown = JSON.parse(text)
  return typeof read === 'object' && read !== null && 'version' in read
    ? String(read.version)
    : 'unknown'
}
