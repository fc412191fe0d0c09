import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** Lowest first. A folder may import from lower lines only: neither from its own line nor above. */
const layers = [
  ['base'],
  ['actor', 'declaration', 'process'],
  ['protocol'],
  ['bus', 'control'],
  ['supervisor', 'fleet', 'service'],
  ['manager'],
  ['tui', 'dashboard', 'pm2'],
  ['cli'],
  ['testing'],
]

/** What people look at. These talk to a daemon, and never contain one. */
const faces = ['tui', 'dashboard', 'pm2', 'cli']
const inside = ['actor', 'process', 'bus', 'supervisor', 'fleet', 'service', 'manager']

const longest = 300
const src = new URL('../src/', import.meta.url).pathname
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && file.includes('/'))
  .map((file) => ({ file, text: readFileSync(join(src, file), 'utf8') }))

const layerOf = (file: string) => layers.findIndex((names) => names.includes(folderOf(file)))
const folderOf = (file: string) => file.split('/')[0] ?? ''

test('every folder of src has a layer', () => {
  const strays = files.filter(({ file }) => layerOf(file) === -1).map(({ file }) => file)
  expect(strays).toEqual([])
})

test('imports point down', () => {
  const upward = files.flatMap(({ file, text }) =>
    importsOf(file, text)
      .filter((target) => folderOf(target) !== folderOf(file) && layerOf(target) >= layerOf(file))
      .map((target) => `${file} → ${target}`),
  )
  expect(upward).toEqual([])
})

test('faces reach the daemon through the control channel only', () => {
  const reaches = files
    .filter(({ file }) => faces.includes(folderOf(file)))
    .flatMap(({ file, text }) =>
      importsOf(file, text)
        .filter((target) => inside.includes(folderOf(target)))
        .map((target) => `${file} → ${target}`),
    )
  expect(reaches).toEqual([])
})

test('only base reads the clock, only the entry points end the process', () => {
  const rules: [pattern: RegExp, allowed: RegExp][] = [
    [/\b(Date\.now|performance\.now|setTimeout|setInterval)\(/, /^base\/|^dashboard\/web\//],
    [/\bprocess\.exit\(/, /^(cli|manager)\/main\.ts$|^process\/agent\/leave\.ts$/],
    [/\bconsole\./, /^cli\/|^dashboard\/web\//],
    [/\bMath\.random\(/, /^base\//],
  ]
  const breaches = rules.flatMap(([pattern, allowed]) =>
    files
      .filter(({ file, text }) => !allowed.test(file) && pattern.test(text))
      .map(({ file }) => `${file} uses ${pattern.source}`),
  )
  expect(breaches).toEqual([])
})

test(`no file is longer than ${longest} lines`, () => {
  const long = files.filter(({ text }) => text.split('\n').length > longest)
  expect(long.map(({ file }) => file)).toEqual([])
})

function importsOf(file: string, text: string): string[] {
  const imports = /(?:from |\bimport\()'(\.[^']+)'/g
  return [...text.matchAll(imports)].map(([, path = '']) => join(file, '..', path))
}
