import { isSyntax, list, nameOf, sourceFile, type Origin, type Syntax } from './source.ts'

/** A type that an entry point's signatures name, and that nobody can import from it. */
export interface Hidden extends Origin {
  /** The export, or what it reaches, that names it. */
  readonly namedBy: string
}

/**
 * Follows every export of a package's entries through the types it names, in files of ours, and gives those that
 * none of the entries exports. Bodies, initial values, and what is private or protected are no part of a signature.
 */
export function hiddenTypes(entries: readonly string[]): readonly Hidden[] {
  const start = entries.flatMap((entry) => [...sourceFile(entry).exported.values()]).map(settled)
  const open = new Set(start.map(keyOf))
  const seen = new Set<string>()
  const hidden: Hidden[] = []
  for (const queue = [...start]; queue.length > 0;) {
    const at = queue.shift()
    if (at === undefined || seen.has(keyOf(at))) continue
    seen.add(keyOf(at))
    for (const named of namedIn(at)) {
      if (seen.has(keyOf(named)) || hidden.some((each) => keyOf(each) === keyOf(named))) continue
      if (!open.has(keyOf(named))) hidden.push({ ...named, namedBy: at.name })
      queue.push(named)
    }
  }
  return hidden
}

const keyOf = ({ from, name }: Origin): string => `${from}#${name}`

/** Through re-exports and imports, to the file that declares it. */
function settled(at: Origin): Origin {
  if (!at.from.startsWith('/')) return at
  const file = sourceFile(at.from)
  if (file.declared.some(({ name }) => name === at.name)) return at
  const shown = file.exported.get(at.name)
  const next =
    shown && keyOf(shown) !== keyOf(at) ? shown : file.imported.get(shown?.name ?? at.name)
  return next === undefined ? at : settled(next)
}

function namedIn(at: Origin): readonly Origin[] {
  if (!at.from.startsWith('/')) return []
  const file = sourceFile(at.from)
  const names = file.declared
    .filter(({ name }) => name === at.name)
    .flatMap(({ node, name }) => [...references(ofName(node, name), new Set())])
  return names
    .filter((name) => file.imported.has(name) || file.declared.some((each) => each.name === name))
    .map((name) => settled({ from: at.from, name }))
    .filter(({ from }) => from.startsWith('/'))
}

/** Of `const a: A, b: B` only the one that was asked for. */
function ofName(node: Syntax, name: string): Syntax {
  const one = list(node['declarations']).find((each) => nameOf(each['id']) === name)
  return one ?? node
}

function* references(node: Syntax, bound: ReadonlySet<string>): Generator<string> {
  if (isPrivate(node) || node.type === 'TSTypeQuery') return
  const names = new Set([...bound, ...boundBy(node)])
  yield* named(node).filter((name) => !names.has(name))
  const said = Object.entries(node).filter(([field]) => !isUnsaid(node, field))
  for (const [, value] of said) {
    for (const child of isSyntax(value) ? [value] : list(value)) yield* references(child, names)
  }
}

/** The type parameters that a node brings with it: names of nothing outside. */
function boundBy(node: Syntax): readonly string[] {
  const parameters = node['typeParameters']
  const own = list(isSyntax(parameters) ? parameters['params'] : []).map(({ name }) => nameOf(name))
  return node.type === 'TSMappedType' ? [...own, nameOf(node['key'])] : own
}

/** What this very node refers to: a type by its name, an interface it extends or implements, a base class. */
function named(node: Syntax): readonly string[] {
  const at = [node['typeName'], node['superClass']]
  const isHeritage = node.type === 'TSInterfaceHeritage' || node.type === 'TSClassImplements'
  return [...at, isHeritage ? node['expression'] : undefined].map(nameOf).filter(Boolean)
}

function isPrivate(node: Syntax): boolean {
  const key = node['key']
  return (
    (isSyntax(key) && key.type === 'PrivateIdentifier') ||
    /private|protected/.test(String(node['accessibility']))
  )
}

/** Fields of a node that its declaration file does not show. */
function isUnsaid(node: Syntax, field: string): boolean {
  if (field === 'init') return true
  if (field === 'value' && node.type === 'PropertyDefinition') return true
  if (field === 'right' && node.type === 'AssignmentPattern') return true
  return field === 'body' && /Function/.test(node.type)
}
