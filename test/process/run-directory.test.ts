import { expect, test } from 'vitest'
import { canNameDirectory } from '../../src/process/run-directory.ts'

test.each(['web.0.1', '0.0.12', '@scope+web.1.2', 'a-b_c.0.3'])('%j names a directory', (id) => {
  expect(canNameDirectory(id)).toBe(true)
})

test.each(['', '.', '..', '.spare', '../x', 'a/b', 'done-web.0.1', 'a b', '-rf', 'a\n'])(
  '%j names none',
  (id) => {
    expect(canNameDirectory(id)).toBe(false)
  },
)
