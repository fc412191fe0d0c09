import { expect, test } from 'vitest'
import { type Kin, parseKin, treesOf } from '../../src/process/process-tree.ts'

const kin = (pid: number, parent: number): Kin => ({ pid, parent, startTicks: pid, pages: 1 })

/** The pids of each tree; `cookies` by pid. */
function trees(
  processes: readonly Kin[],
  roots: readonly number[],
  cookies: Readonly<Record<number, string>> = {},
): Readonly<Record<number, readonly number[]>> {
  const found = treesOf(processes, roots, ({ pid }) => cookies[pid])
  return Object.fromEntries(
    [...found].map(([root, members]) => [root, members.map(({ pid }) => pid)]),
  )
}

test('a tree is a process, its children and theirs', () => {
  const processes = [kin(1, 0), kin(10, 1), kin(11, 10), kin(12, 11), kin(20, 1)]

  expect(trees(processes, [10])).toEqual({ 10: [10, 11, 12] })
})

test('a process whose parent is gone is found by the cookie of the launch', () => {
  const processes = [kin(1, 0), kin(10, 1), kin(12, 1), kin(13, 12), kin(14, 1)]

  expect(trees(processes, [10], { 10: 'a', 12: 'a', 13: 'a', 14: 'b' })).toEqual({
    10: [10, 12, 13],
  })
})

test('the guard above a process is not part of what the service uses', () => {
  const processes = [kin(1, 0), kin(9, 1), kin(10, 9)]

  expect(trees(processes, [10], { 9: 'a', 10: 'a' })).toEqual({ 10: [10] })
})

test('a root below another has a tree of its own', () => {
  const processes = [kin(1, 0), kin(10, 1), kin(11, 10), kin(12, 11)]

  expect(trees(processes, [10, 11])).toEqual({ 10: [10], 11: [11, 12] })
})

test('a root that is gone has no members, and a circle ends', () => {
  expect(trees([kin(5, 6), kin(6, 5)], [7])).toEqual({ 7: [] })
})

test('a line of the kernel is read, whatever the command is called', () => {
  const fields = 'S 1 10 10 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 777 1000 42 18446744073709551615'

  expect(parseKin(`10 (a) b (c) ${fields}`)).toEqual({
    pid: 10,
    parent: 1,
    startTicks: 777,
    pages: 42,
  })
  expect(parseKin(`10 (sh) ${fields.replace('S', 'Z')}`)).toBeUndefined()
  expect(parseKin('')).toBeUndefined()
})
