import { createHash, timingSafeEqual } from 'node:crypto'
import type { SiteSettings } from './settings.ts'

/** Whether the `Authorization` of a request opens the site; how long it takes tells nothing. */
export function mayEnter(header: string | undefined, auth: SiteSettings['auth']): boolean {
  if (auth === undefined) return true
  const [, encoded = ''] = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(header ?? '') ?? []
  const given = Buffer.from(encoded, 'base64').toString('utf8')
  return timingSafeEqual(digest(given), digest(`${auth.username}:${auth.password}`))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
