import { expect, test } from 'vitest'
import { machineWith, problemsOf, serviceOf } from './given.ts'

type Fields = Readonly<Record<string, unknown>>

const ann = { name: 'ann', uid: 1_000, gid: 100, home: '/home/ann' }
const odd = { name: '42', uid: 7, gid: 7, home: '/' }

// prettier-ignore
const users: [Fields, unknown][] = [
  [{},                             undefined],
  [{ uid: 'ann' },                 { user: ann, gid: 100 }],
  [{ user: 'ann' },                { user: ann, gid: 100 }],
  [{ uid: 1000 },                  { user: ann, gid: 100 }],
  [{ uid: '1000' },                { user: ann, gid: 100 }],
  [{ uid: '42' },                  { user: odd, gid: 7 }],
  [{ uid: 'ann', gid: 'www' },     { user: ann, gid: 33 }],
  [{ uid: 'ann', gid: 33 },        { user: ann, gid: 33 }],
  [{ uid: 'ann', gid: 0 },         { user: ann, gid: 0 }],
  [{ gid: 'www' },                 { gid: 33 }],
]

test.each(users)('an app that says %j runs as %j', (said, runAs) => {
  expect(serviceOf(said).runAs).toEqual(runAs)
})

// prettier-ignore
const strangers: [Fields, string, string, string][] = [
  [{ uid: 'bob' },              'uid',   'a user of this machine',  'see `getent passwd`'],
  [{ user: 77 },                'user',  'a user of this machine',  'see `getent passwd`'],
  [{ uid: 'ann', gid: 'ops' },  'gid',   'a group of this machine', 'see `getent group`'],
]

test.each(strangers)('an app that says %j names nobody', (said, path, expected, hint) => {
  expect(problemsOf({ script: 'app.js', ...said })).toEqual([
    { path, expected, got: said[path], hint },
  ])
})

test('only root may choose who runs a service', () => {
  const machine = machineWith({ uid: 100 })
  const expected = 'to be run by root, who alone may choose it'

  expect(problemsOf({ script: 'app.js', uid: 'ann' }, { machine })).toEqual([
    {
      path: 'uid',
      expected,
      got: 'ann',
      hint: 'run troupe and its manager as root, or leave uid out',
    },
  ])
  expect(problemsOf({ script: 'app.js', gid: 'www' }, { machine })).toMatchObject([
    { path: 'gid', expected, got: 'www' },
  ])
})

test('everybody may say who they are', () => {
  const machine = machineWith({ uid: 7 })

  expect(serviceOf({ uid: '42' }, { machine }).runAs).toEqual({ user: odd, gid: 7 })
})
