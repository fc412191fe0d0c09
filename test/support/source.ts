import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseSync } from 'oxc-parser'

/** A node of the syntax tree (https://github.com/estree/estree), read without its hundred types. */
export interface Syntax {
  readonly type: string
  readonly start: number
  readonly [field: string]: unknown
}

/** One declaration at the top level of a file. */
export interface Declared {
  readonly file: string
  readonly name: string
  readonly node: Syntax
  readonly line: number
  readonly isExported: boolean
  /** Whether a TSDoc comment stands right above. */
  readonly isDocumented: boolean
}

/** A name that a file has from another: where it comes from, and what it is called there. */
export interface Origin {
  readonly from: string
  readonly name: string
}

/** What stands at the top level of one TypeScript file. */
export interface SourceFile {
  readonly declared: readonly Declared[]
  readonly imported: ReadonlyMap<string, Origin>
  /** What it exports, by its public name: from a file of ours, or from itself. */
  readonly exported: ReadonlyMap<string, Origin>
}

const known = new Map<string, SourceFile>()

/** Reads a file of the source once. @throws Error when it is no TypeScript */
export function sourceFile(file: string): SourceFile {
  const seen = known.get(file)
  if (seen) return seen
  const read = readSource(file, readFileSync(file, 'utf8'))
  known.set(file, read)
  return read
}

/** Reads `text` as if it stood in `file`. @throws Error when it is no TypeScript */
export function readSource(file: string, text: string): SourceFile {
  const { program, comments, errors } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0]?.message}`)
  const docs = comments.filter(({ type, value }) => type === 'Block' && value.startsWith('*'))
  const plain = comments.filter(({ type }) => type === 'Line')

  const isDocumented = (start: number): boolean =>
    docs.some(({ end }) => {
      const between = plain.filter((comment) => comment.start >= end && comment.end <= start)
      const rest = between.reduceRight(
        (gap, comment) => gap.slice(0, comment.start - end) + gap.slice(comment.end - end),
        text.slice(end, start),
      )
      return end <= start && rest.trim() === ''
    })

  const declared: Declared[] = []
  const imported = new Map<string, Origin>()
  const exported = new Map<string, Origin>()
  const note = (node: Syntax, start: number, isExported: boolean): void => {
    for (const name of namesOf(node)) {
      const line = text.slice(0, start).split('\n').length
      declared.push({ file, name, node, line, isExported, isDocumented: isDocumented(start) })
      if (isExported) exported.set(name, { from: file, name })
    }
  }
  // The tree is read by its fields' names: the library's own types would need a branch for each kind.
  for (const node of program.body as unknown as readonly Syntax[]) {
    if (node.type === 'ImportDeclaration') {
      for (const each of list(node['specifiers'])) {
        imported.set(nameOf(each['local']), origin(file, node, each['imported'] ?? 'default'))
      }
    } else if (node.type !== 'ExportNamedDeclaration') note(node, node.start, false)
    else if (isSyntax(node['declaration'])) note(node['declaration'], node.start, true)
    else {
      for (const each of list(node['specifiers'])) {
        exported.set(nameOf(each['exported']), origin(file, node, each['local']))
      }
    }
  }
  return { declared, imported, exported }
}

/** The nodes in a field of a node: none where it holds something else. */
export function list(field: unknown): readonly Syntax[] {
  return Array.isArray(field) ? field.filter(isSyntax) : []
}

/** Whether a field holds a node. */
export function isSyntax(field: unknown): field is Syntax {
  return typeof field === 'object' && field !== null && 'type' in field
}

/** What an identifier or a quoted name says; empty for anything else. */
export function nameOf(node: unknown): string {
  if (!isSyntax(node)) return typeof node === 'string' ? node : ''
  const name = node['name'] ?? node['value']
  return typeof name === 'string' ? name : ''
}

function namesOf(node: Syntax): readonly string[] {
  if (node.type === 'VariableDeclaration') {
    return list(node['declarations']).map((each) => nameOf(each['id']))
  }
  const name = nameOf(node['id'])
  return name === '' ? [] : [name]
}

function origin(file: string, node: Syntax, name: unknown): Origin {
  const source = nameOf(node['source'])
  if (source === '') return { from: file, name: nameOf(name) }
  return { from: source.startsWith('.') ? join(dirname(file), source) : source, name: nameOf(name) }
}
