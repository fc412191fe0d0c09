import { readdirSync, readFileSync } from 'node:fs'
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

test('what the manuals import from the package is there', () => {
  const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))
  const texts = ['README.md', ...pages.map((name) => `docs/${name}`)].map((name) =>
    readFileSync(join(root, name), 'utf8'),
  )
  const imports = texts.flatMap((text) => [
    ...text.matchAll(/import (?:type )?\{([^}]*)\} from 'troupe(\/\w+)?'/g),
  ])
  const absent = imports.flatMap(([, names = '', entry = '']) => {
    const { exported } = sourceFile(join(root, `src${entry}/index.ts`))
    const asked = names.split(',').map((name) => name.replace(/^\s*(type )?|\s.*$/g, ''))
    return asked.map((name) => name.trim()).filter((name) => name !== '' && !exported.has(name))
  })

  expect(imports.length).toBeGreaterThan(3)
  expect(absent).toEqual([])
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
