import { posix } from 'node:path'

/** Where a request wants to go, below the directory of the site. */
export type AskedPath =
  /** Begins with a slash, holds no dots that lead anywhere, and ends with a slash where a directory is meant. */
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'refused'; readonly status: 400 | 403 }

/**
 * Reads the target of a request. A path that leads out of the site is refused and not mended,
 * however it is spelled; files that begin with a dot are nobody's business, but for `.well-known`.
 */
export function askedPath(target: string): AskedPath {
  const decoded = decode(target.replace(/[?#].*$/s, ''))
  if (decoded === undefined || decoded.includes('\0')) return { kind: 'refused', status: 400 }
  const parts = decoded.split('/')
  if (!decoded.startsWith('/')) return { kind: 'refused', status: 400 }
  if (parts.some((part) => part.startsWith('.') && part !== '.' && part !== '.well-known')) {
    return { kind: 'refused', status: 403 }
  }
  // Slashes are joined: two at the beginning would name another host in a redirection.
  return { kind: 'path', path: posix.normalize(decoded) }
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}
