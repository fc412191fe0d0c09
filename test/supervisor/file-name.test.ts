import { expect, test } from 'vitest'
import { fileName } from '../../src/supervisor/file-name.ts'

test.each(['web', 'web-api', 'web.2', 'my_api'])('the files of %s have its plain name', (name) => {
  expect(fileName(name)).toBe(name)
})

test('services whose names differ only in what no file name can have do not share a file', () => {
  const names = ['a-b', 'a_b', 'a b', 'a/b', 'a:b', '日本', '中国', '--', 'a~b']

  const files = names.map(fileName)

  expect(new Set(files).size).toBe(names.length)
  for (const file of files) expect(file).toMatch(/^[\w.-]+(~[\da-f]{8})?$/)
})

test('a changed name can still be read, and is the same at every start', () => {
  expect(fileName('shop:web')).toMatch(/^shop-web~[\da-f]{8}$/)
  expect(fileName('shop:web')).toBe(fileName('shop:web'))
})

test('nobody can take the file of a changed name by being called like it', () => {
  const taken = fileName('a b')

  expect(fileName(taken)).not.toBe(taken)
})
