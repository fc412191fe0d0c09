import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import type { SiteSettings } from './settings.ts'

/** What stands at a path of the site. */
export type Found =
  | { readonly kind: 'file'; readonly status: 200 | 404; readonly file: SiteFile }
  /** A directory was meant, and its name lacks the slash that relative links need. */
  | { readonly kind: 'moved'; readonly to: string }
  | { readonly kind: 'listing'; readonly names: readonly string[] }
  /** A link that leads out of the site. */
  | { readonly kind: 'outside' }
  | { readonly kind: 'nothing' }

/** A file that may be served: it lies within the site, and is no folder. */
export interface SiteFile {
  /** Absolute, with every link resolved. */
  readonly path: string
  readonly bytes: number
  readonly changedAt: Date
}

/** Finds what answers a path; the directory itself may be a link that is turned to a new release at any time. */
export async function find(asked: string, site: SiteSettings): Promise<Found> {
  const root = await realpath(site.path).catch(() => undefined)
  if (root === undefined) return { kind: 'nothing' }
  const at = await look(root, asked === '/' ? site.homepage : asked)
  switch (at.kind) {
    case 'file':
      return { kind: 'file', status: 200, file: at.file }
    case 'outside':
      return { kind: 'outside' }
    case 'directory':
    case 'nothing':
      return (await asDirectory(root, asked, site)) ?? instead(root, asked, site)
  }
}

async function asDirectory(
  root: string,
  asked: string,
  site: SiteSettings,
): Promise<Found | undefined> {
  if ((await look(root, asked)).kind !== 'directory') return undefined
  if (!asked.endsWith('/')) {
    return { kind: 'moved', to: `${asked.split('/').map(encodeURIComponent).join('/')}/` }
  }
  const index = await look(root, join(asked, 'index.html'))
  if (index.kind === 'file') return { kind: 'file', status: 200, file: index.file }
  return site.hasListing ? { kind: 'listing', names: await namesIn(join(root, asked)) } : undefined
}

/** What is shown for something that is not there. */
async function instead(root: string, asked: string, site: SiteSettings): Promise<Found> {
  if (site.isSpa) {
    // A page deep in the site names its scripts as if they stood beside it.
    for (const path of [`/${basename(asked)}`, site.homepage]) {
      const at = await look(root, path)
      if (at.kind === 'file') return { kind: 'file', status: 200, file: at.file }
    }
  }
  const page = await look(root, '/404.html')
  return page.kind === 'file' ? { kind: 'file', status: 404, file: page.file } : { kind: 'nothing' }
}

type Sight =
  | { readonly kind: 'file'; readonly file: SiteFile }
  | { readonly kind: 'directory' }
  | { readonly kind: 'outside' }
  | { readonly kind: 'nothing' }

async function look(root: string, below: string): Promise<Sight> {
  const path = await realpath(join(root, below)).catch(() => undefined)
  if (path === undefined) return { kind: 'nothing' }
  if (path !== root && !path.startsWith(root.endsWith(sep) ? root : root + sep)) {
    return { kind: 'outside' }
  }
  const entry = await stat(path).catch(() => undefined)
  if (entry?.isDirectory() === true) return { kind: 'directory' }
  if (entry?.isFile() !== true) return { kind: 'nothing' }
  return { kind: 'file', file: { path, bytes: entry.size, changedAt: entry.mtime } }
}

async function namesIn(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true })
  return entries
    .filter(({ name }) => !name.startsWith('.'))
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .toSorted()
}
