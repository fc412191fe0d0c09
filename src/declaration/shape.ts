import { nearest } from '../base/nearest.ts'
import { spellingsOf } from './fields.ts'
import { below, type Problem } from './problem.ts'
import { isRaw, type Raw, type RawApp, unknownField } from './raw.ts'
import { sitesFrom } from './static-sites.ts'

/** A file taken apart, before its fields are read. */
export interface Shape {
  readonly apps: readonly RawApp[]
  readonly groups: unknown
  /** Where `groups` stands. */
  readonly groupsPath: string
  readonly problems: readonly Problem[]
  readonly warnings: readonly string[]
}

/** What may stand beside the apps. */
const siblings = ['groups', 'deploy', 'static', '$schema']

const expected = '{"apps": […]}, a list of apps, or one app with a script'

const bare: Shape = { apps: [], groups: undefined, groupsPath: '', problems: [], warnings: [] }

/** Finds the apps in any of PM2's shapes; `root` is the path of `raw` itself. */
export function shapeOf(raw: unknown, root = ''): Shape {
  if (Array.isArray(raw)) return { ...bare, ...listOf(raw, root) }
  if (!isRaw(raw)) return { ...bare, problems: [{ path: root, expected, got: raw }] }
  const key = ['apps', 'pm2'].find((each) => isPresent(raw[each]))
  const shape = key === undefined ? single(raw, root) : wrapped(raw, key, root)
  const sites = sitesFrom(raw['static'], below(root, 'static'))
  return {
    ...shape,
    apps: [...shape.apps, ...sites.apps],
    problems: [...shape.problems, ...sites.problems],
    warnings: [...shape.warnings, ...sites.warnings],
  }
}

function wrapped(raw: Raw, key: string, root: string): Shape {
  const inner = raw[key]
  const path = below(root, key)
  if (key === 'pm2' && isRaw(inner) && isPresent(inner['apps'])) return shapeOf(inner, path)
  return {
    ...listOf(Array.isArray(inner) ? inner : [inner], path, !Array.isArray(inner)),
    groups: raw['groups'],
    groupsPath: below(root, 'groups'),
    warnings: [...strangers(raw, key, root), ...inactive(raw)],
  }
}

function single(raw: Raw, root: string): Shape {
  const own = Object.entries(raw).filter(([key]) => !siblings.includes(key))
  const isApp = spellingsOf('script').some((spelling) => isPresent(raw[spelling]))
  const sites = raw['static']
  const isOnlySites = isPresent(sites) && !(Array.isArray(sites) && sites.length === 0)
  return {
    ...(isApp
      ? { apps: [{ path: root, raw: Object.fromEntries(own) }], problems: [] }
      : { apps: [], problems: isOnlySites ? [] : [noApp(Object.keys(raw), root)] }),
    groups: raw['groups'],
    groupsPath: below(root, 'groups'),
    warnings: inactive(raw),
  }
}

function noApp(keys: readonly string[], root: string): Problem {
  const known = ['apps', 'script']
  const meant = keys.find((key) => !known.includes(key) && nearest(key, known).length > 0)
  const hint = meant === undefined ? {} : { hint: `is "${meant}" a misspelling?` }
  return { path: root, expected, got: keys, ...hint }
}

function listOf(
  list: readonly unknown[],
  path: string,
  isAlone = false,
): Pick<Shape, 'apps' | 'problems'> {
  const placed = list.map((raw, index) => ({ path: isAlone ? path : below(path, index), raw }))
  const apps = placed.flatMap(({ path: at, raw }) => (isRaw(raw) ? [{ path: at, raw }] : []))
  const others = placed.filter(({ raw }) => !isRaw(raw))
  const problems = others.map(({ path: at, raw }) => ({ path: at, expected: 'an app', got: raw }))
  const empty = { path, expected: 'at least one app', got: list }
  return { apps, problems: list.length === 0 ? [empty] : problems }
}

function strangers(raw: Raw, key: string, root: string): readonly string[] {
  return Object.keys(raw)
    .filter((each) => each !== key && !siblings.includes(each))
    .map((each) => unknownField(below(root, each), nearest(each, siblings)))
}

function inactive(raw: Raw): readonly string[] {
  return isPresent(raw['deploy'])
    ? ["`deploy` does nothing here: PM2's deployment over ssh is not taken over"]
    : []
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null
}
