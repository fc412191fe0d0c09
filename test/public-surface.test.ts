import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { hiddenTypes } from './support/reach.ts'

const root = new URL('..', import.meta.url).pathname
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
