import { basename, dirname, extname, resolve } from 'node:path'
import { isNegated, type WatchSpec } from '../../declaration/triggers.ts'
import { isWithin, type Pattern, patternOf, segmentsOf } from './glob.ts'

/** What never counts as a change, whoever watches it. */
export interface WatchSite {
  /** The home of the manager, absolute. */
  readonly home: string
  /** Logs and pid files of all services, absolute. */
  readonly written: () => readonly string[]
}

/** Whether a change of a path restarts a service, and which rule says so. */
export interface Explanation {
  readonly kind: 'counts' | 'ignored' | 'outside'
  /** The rule, as the declaration says it or as we call it. */
  readonly rule: string
  /** One sentence without a full stop. */
  readonly why: string
}

/** A `watch` with everything that belongs to it. */
export interface WatchRules {
  /** What has to be watched: files and folders, none within another. */
  readonly roots: readonly string[]
  explain(path: string): Explanation
  /** Whether something in this folder may count. */
  mayHold(folder: string): boolean
}

const dotfiles = 'the default: dotfiles'
const versionControl: readonly string[] = ['.git', '.hg', '.svn', '.jj']

/** Says of a path whether its change restarts the service: what `watch --explain <path>` answers. */
export function explain(path: string, watch: WatchSpec | undefined, site: WatchSite): Explanation {
  if (watch === undefined) {
    return { kind: 'outside', rule: 'watch', why: 'the service does not watch files' }
  }
  return watchRules(watch, site).explain(resolve(watch.base, path))
}

/** Reads the patterns once, for many paths: what to watch, and what each change means. */
export function watchRules(watch: WatchSpec, site: WatchSite): WatchRules {
  const { base, options, ignore } = watch
  const read = (text: string): Pattern => patternOf(text, base)
  const entries = watch.paths.filter((text) => !isNegated(text)).map(read)
  const takenBack = watch.paths.filter(isNegated).map((text) => read(text.slice(1)))
  const ignored = ignore?.filter((text) => !isNegated(text)).map(read)
  const excepted = ignore?.filter(isNegated).map((text) => read(text.slice(1))) ?? []
  const rules: Rules = { entries, takenBack, ignored, excepted, maxDepth: options.depth, site }
  return {
    roots: outermost(entries.map(({ root }) => root)),
    explain: (path) => judge(path, rules),
    mayHold: (folder) => entries.some((entry) => mayReach(entry, folder, rules)),
  }
}

interface Rules {
  readonly entries: readonly Pattern[]
  readonly takenBack: readonly Pattern[]
  /** Undefined: the default. */
  readonly ignored: readonly Pattern[] | undefined
  readonly excepted: readonly Pattern[]
  readonly maxDepth: number | undefined
  readonly site: WatchSite
}

function judge(path: string, rules: Rules): Explanation {
  const matching = rules.entries.filter((entry) => entry.matches(path))
  const [entry] = matching
  if (entry === undefined) {
    const said = rules.entries.map(({ text }) => `"${text}"`).join(', ')
    return { kind: 'outside', rule: 'watch', why: `none of watch ${said} means it` }
  }
  const against = matching.map((each) => ruleAgainst(path, each, rules))
  const [rule] = against
  if (rule !== undefined && !against.includes(undefined)) {
    return { kind: 'ignored', rule, why: `ignored by ${rule}` }
  }
  const { text } = matching[against.indexOf(undefined)] ?? entry
  const how = `watch "${text}"`
  return { kind: 'counts', rule: how, why: `${how} means it, and nothing says to ignore it` }
}

/** The rule that makes nothing of a change; a path that `watch` names itself is not touched by the defaults. */
function ruleAgainst(path: string, entry: Pattern, rules: Rules): string | undefined {
  return (
    neverCounting(always(path, entry, rules.site)) ??
    beyondDepth(path, entry, rules) ??
    named('watch "!', rules.takenBack, path) ??
    declaredOrDefault(path, entry, rules)
  )
}

function neverCounting(what: string | undefined): string | undefined {
  return what && `the rule that ${what} never count`
}

function always(path: string, entry: Pattern, { home, written }: WatchSite): string | undefined {
  if (isWithin(path, home) && !isWithin(entry.root, home)) return 'files in the home of Troupe'
  if (written().some((file) => isFileOrRotated(path, file))) return 'logs and pid files of services'
  const isHistory = segmentsOf(entry.root, path).some((name) => versionControl.includes(name))
  return isHistory ? 'files of version control' : undefined
}

/** A log as it is declared, with the number of an instance in it, or with the mark of a rotation behind it. */
function isFileOrRotated(path: string, file: string): boolean {
  if (dirname(path) !== dirname(file)) return false
  const extension = extname(file)
  const stem = basename(file, extension)
  const rest = basename(path).startsWith(stem) ? basename(path).slice(stem.length) : undefined
  const afterNumber = rest?.replace(/^-\d+(?=\.|$)/, '')
  const mark = afterNumber?.startsWith(extension) ? afterNumber.slice(extension.length) : undefined
  return mark === '' || /^[.-]/.test(mark ?? '')
}

function beyondDepth(path: string, { root }: Pattern, { maxDepth }: Rules): string | undefined {
  const isBeyond = maxDepth !== undefined && segmentsOf(root, path).length - 1 > maxDepth
  return isBeyond ? `watch_options.depth ${maxDepth}` : undefined
}

function declaredOrDefault(path: string, entry: Pattern, rules: Rules): string | undefined {
  if (rules.excepted.some((each) => each.covers(path))) return undefined
  if (rules.ignored !== undefined) return named('ignore_watch "', rules.ignored, path)
  const isModule = segmentsOf(entry.root, path).includes('node_modules')
  if (isModule && !entry.text.includes('node_modules')) return 'the default: node_modules'
  return entry.isDotted(path) ? dotfiles : undefined
}

function named(how: string, patterns: readonly Pattern[], path: string): string | undefined {
  const pattern = patterns.find((each) => each.covers(path))
  return pattern && `${how}${pattern.text}"`
}

/** Whether an entry may mean something in a folder; when in doubt, yes: it is asked of each file again. */
function mayReach(entry: Pattern, folder: string, rules: Rules): boolean {
  if (isWithin(entry.root, folder)) return true
  if (!isWithin(folder, entry.root)) return false
  if (segmentsOf(entry.root, folder).length > Math.min(entry.reach, rules.maxDepth ?? Infinity)) {
    return false
  }
  if (always(folder, entry, rules.site) !== undefined) return false
  if (named('', rules.takenBack, folder) !== undefined) return false
  const rule = declaredOrDefault(folder, entry, rules)
  // What was taken back may lie anywhere below what is ignored.
  if (rule === undefined || rules.excepted.length > 0) return true
  return rule === dotfiles && /(^|[/{,(|])\.[^./]/.test(entry.text)
}

function outermost(paths: readonly string[]): readonly string[] {
  const unique = [...new Set(paths)]
  return unique.filter((path) => !unique.some((other) => other !== path && isWithin(path, other)))
}
