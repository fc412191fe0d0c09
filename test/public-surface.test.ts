import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { hiddenTypes } from './support/reach.ts'
import { sourceFile } from './support/source.ts'

const root = new URL('..', import.meta.url).pathname
const src = join(root, 'src')
const entries = Object.values(packageJson.exports)
  .flatMap((entry) => (typeof entry === 'string' ? [] : [entry.types]))
  .map((types) => types.replace('./dist/', 'src/').replace('.d.ts', '.ts'))

test('the entry points are those of the package', () => {
  expect(entries.length).toBeGreaterThan(3)
})

test('whatever a public signature names can be imported from an entry point', () => {
  const hidden = hiddenTypes(entries.map((entry) => join(root, entry)))
  expect(
    hidden.map(({ from, name, namedBy }) => `${namedBy} names ${name} of ${relative(root, from)}`),
  ).toEqual([])
})

test('every export says what its name and its types cannot', () => {
  const bare = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const exported = sourceFile(join(src, file)).declared.filter(({ isExported }) => isExported)
      // Of a function's overloads the first may speak for all.
      const documented = new Set(
        exported.filter((each) => each.isDocumented).map((each) => each.name),
      )
      return exported
        .filter(({ name }) => !documented.has(name))
        .map(({ name, line }) => `src/${file}:${line} ${name}`)
    })
  expect(bare).toEqual([])
})
