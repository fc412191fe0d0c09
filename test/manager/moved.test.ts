import { expect, test } from 'vitest'
import { notesOfMoved } from '../../src/manager/moved.ts'
import { serviceOf } from '../declaration/given.ts'

test('a name that another file declared is told, and nothing else', () => {
  const from = (name: string, file?: string) => {
    const { file: _, ...spec } = serviceOf({ script: 'app.js', name })
    return file === undefined ? spec : { ...spec, file }
  }
  const before = [
    from('api', '/a/processes.json'),
    from('worker', '/a/processes.json'),
    from('own'),
  ]
  const declared = [
    from('api', '/b/processes.json'),
    from('worker', '/a/processes.json'),
    from('own', '/b/processes.json'),
    from('new', '/b/processes.json'),
  ]

  expect(notesOfMoved(before, declared)).toEqual([
    'api was declared by /a/processes.json before; now it is what /b/processes.json says',
  ])
})
