import { expect, test } from 'vitest'
import {
  bystanders,
  preparationsOf,
  repositoriesOf,
  type Subject,
} from '../../../src/manager/source/repository.ts'
import type { WorkingTree } from '../../../src/manager/source/working-tree.ts'
import type { SourceView } from '../../../src/protocol/views.ts'
import { sourceWith } from './given.ts'

const subject = (name: string, cwd: string, ...commands: string[]): Subject => ({
  name,
  place: { cwd, env: { NAME: name } },
  ...(commands.length === 0 ? {} : { postUpdate: { commands, timeoutMs: 100 } }),
})

function looking(answer: (cwd: string) => SourceView) {
  const never = () => Promise.reject(new Error('nothing is to be changed'))
  const rest = { fetch: never, find: never, isWithin: never, move: never, restore: never }
  return ({ cwd }: { readonly cwd: string }): WorkingTree => ({
    ...rest,
    keep: never,
    look: async () => answer(cwd),
  })
}

test('services of one working tree are one repository', async () => {
  const treeOf = looking((cwd) => sourceWith({ root: cwd.startsWith('/srv') ? '/srv' : '/opt' }))
  const subjects = [subject('a', '/srv/a'), subject('b', '/opt'), subject('c', '/srv/c')]

  const found = await repositoriesOf('pull', subjects, treeOf)

  expect(found.map(({ root, subjects: all }) => [root, all.map(({ name }) => name)])).toEqual([
    ['/srv', ['a', 'c']],
    ['/opt', ['b']],
  ])
})

test('one that is in the way keeps all others where they are', async () => {
  const treeOf = looking((cwd) => sourceWith({ root: cwd, isDirty: cwd === '/b' }))

  await expect(
    repositoriesOf('pull', [subject('a', '/a'), subject('b', '/b')], treeOf),
  ).rejects.toMatchObject({
    code: 'E_FAILED',
    message: 'b stays as it is: /b has changes that are not committed',
    hint: expect.stringContaining('git stash'),
  })
})

test('what several services ask for in one place is done once, as the first of them has it', () => {
  const subjects = [
    subject('a', '/srv', 'npm ci', 'make', 'npm ci'),
    subject('b', '/srv', 'npm ci', 'lint'),
    subject('c', '/srv/c', 'npm ci'),
  ]
  const tree = looking(() => sourceWith())({ cwd: '/srv' })

  const all = preparationsOf({ root: '/srv', tree, subjects })

  expect(all.map(({ command, place }) => [command, place.env['NAME']])).toEqual([
    ['npm ci', 'a'],
    ['make', 'a'],
    ['npm ci', 'a'],
    ['lint', 'b'],
    ['npm ci', 'c'],
  ])
})

test('a bystander runs from inside the tree and was not named', () => {
  const tree = looking(() => sourceWith())({ cwd: '/srv' })
  const others = [
    { name: 'a', cwd: '/srv' },
    { name: 'b', cwd: '/srv/b' },
    { name: 'c', cwd: '/srv2' },
    { name: 'd', cwd: '/' },
    { name: 'e', cwd: '/srv/..e' },
  ]

  const left = bystanders({ root: '/srv', tree, subjects: [subject('a', '/srv')] }, others)

  expect(left).toEqual(['b', 'e'])
})
