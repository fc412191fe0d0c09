import { dirname, relative, resolve } from 'node:path'
import picomatch from 'picomatch'

/** A path or glob of a declaration, ready to be compared. */
export interface Pattern {
  readonly text: string
  /** The folder below which, or the path at and below which, everything that it means lies. */
  readonly root: string
  /** How many folders deep below its root it reaches. */
  readonly reach: number
  /** It names the path, or a folder that holds it. */
  matches(path: string): boolean
  /** As {@link matches}, and a glob that names a folder means what is in it as well. */
  covers(path: string): boolean
  /** A dotfile, or in a folder that is one, below the root, which the text does not name as such. */
  isDotted(path: string): boolean
}

/**
 * Reads a path or glob, relative ones from `base`.
 *
 * Dialect: picomatch's, with dotfiles. A text whose brackets are part of a real name, such as `pages/[id].ts`, also
 * means that name.
 */
export function patternOf(text: string, base: string): Pattern {
  const literal = resolve(base, text)
  const { base: start, glob, isGlob } = picomatch.scan(text)
  if (!isGlob) return literally(text, literal)
  const root = resolve(base, start)
  const isMatch = picomatch(glob, { dot: true })
  const isPlainMatch = picomatch(glob)
  const matches = (path: string): boolean =>
    isWithin(path, literal) ||
    (isWithin(path, root) && path !== root && isMatch(relative(root, path)))
  return {
    text,
    root,
    reach: glob.includes('**') ? Infinity : glob.split('/').length - 1,
    matches,
    covers: (path) => matches(path) || upTo(path, root).some(matches),
    isDotted: (path) =>
      !isWithin(path, literal) && hasDot(root, path) && !isPlainMatch(relative(root, path)),
  }
}

function literally(text: string, literal: string): Pattern {
  const matches = (path: string): boolean => isWithin(path, literal)
  return {
    text,
    root: literal,
    reach: Infinity,
    matches,
    covers: matches,
    isDotted: (path) => hasDot(literal, path),
  }
}

function hasDot(root: string, path: string): boolean {
  return segmentsOf(root, path).some((name) => name.startsWith('.'))
}

/** Whether a path is a folder or something in it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`)
}

/** The names between a folder and a path in it, the last one included. */
export function segmentsOf(folder: string, path: string): readonly string[] {
  return relative(folder, path).split('/').filter(Boolean)
}

/** The folders that hold a path, up to `root`. */
function upTo(path: string, root: string): readonly string[] {
  const folder = dirname(path)
  return folder === path || !isWithin(folder, root) ? [] : [folder, ...upTo(folder, root)]
}
