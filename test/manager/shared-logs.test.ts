import { expect, test } from 'vitest'
import { notesOfSharedLogs } from '../../src/manager/shared-logs.ts'
import { around, slotsOf } from '../supervisor/scene.ts'

const specOf = (name: string, fields = {}) => slotsOf(name, fields).map(({ spec }) => spec)

test('a log that two services came to share is said, with the way out', () => {
  const [first, second] = [specOf('web'), specOf('web-out', { log_file: true })]

  expect(notesOfSharedLogs(second, [...first, ...second], around)).toEqual([
    'web-out writes into the same log as web; an out_file and an error_file would keep them apart',
  ])
})

test.each([
  ['have other names', specOf('api'), specOf('web')],
  ['have names that differ in a character only', specOf('my app'), specOf('my-app')],
  [
    'say where to write',
    specOf('web', { out_file: '/x.log' }),
    specOf('web-out', { log_file: true }),
  ],
  ['share one log on purpose', specOf('a', { out_file: '/x' }), specOf('b', { out_file: '/x' })],
])('nothing is said of those that %s', (_, first, second) => {
  expect(notesOfSharedLogs([...first, ...second], [...first, ...second], around)).toEqual([])
})
