import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { catalogue } from '../../src/cli/catalogue.ts'

const src = new URL('../../src/', import.meta.url).pathname
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
)

test('whoever is told to type a verb finds it', () => {
  const verbs = Object.values(catalogue).flat()
  const known = new Set(verbs.flatMap(({ name, aliases = [] }) => [name, ...aliases]))

  const told = files.flatMap((file) => {
    const text = readFileSync(join(src, file), 'utf8')
    return [...text.matchAll(/: troupe ([a-z]+)/g)].map(([, verb = '']) => ({ file, verb }))
  })

  expect(told.length).toBeGreaterThan(10)
  expect(told.filter(({ verb }) => verb !== 'help' && !known.has(verb))).toEqual([])
})
