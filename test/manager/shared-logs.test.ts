import { expect, test } from 'vitest'
import { notesOfSharedLogs } from '../../src/manager/shared-logs.ts'
import { around, slotsOf } from '../supervisor/scene.ts'

const specOf = (name: string, fields = {}) => slotsOf(name, fields).map(({ spec }) => spec)

test('services whose names make one file name are said to share their logs', () => {
  const [first, second] = [specOf('my app'), specOf('my-app')]

  expect(notesOfSharedLogs(second, [...first, ...second], around)).toEqual([
    'my-app writes into the same log as my app; an out_file and an error_file would keep them apart',
  ])
})

test.each([
  ['have other names', specOf('api'), specOf('web')],
  ['say where to write', specOf('my app', { out_file: '/x.log' }), specOf('my-app')],
  ['share one log on purpose', specOf('a', { out_file: '/x' }), specOf('b', { out_file: '/x' })],
])('nothing is said of those that %s', (_, first, second) => {
  expect(notesOfSharedLogs([...first, ...second], [...first, ...second], around)).toEqual([])
})
