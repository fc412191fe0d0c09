import { describe, expect, test } from 'vitest'
import {
  destinationOf,
  isLastSeen,
  obstacleTo,
  type UpdateOp,
  type WantedCommit,
} from '../../../src/manager/source/destination.ts'
import type { SourceView } from '../../../src/protocol/views.ts'
import { sourceWith } from './given.ts'

const { branch: _branch, upstream: _upstream, ...detached } = sourceWith()
const { upstream: _none, ...alone } = sourceWith()

describe('before anything is fetched', () => {
  // prettier-ignore
  test.each([
    ['pull',     sourceWith(),                   'nothing'],
    ['pull',     sourceWith({ isDirty: true }),  'changes that are not committed'],
    ['backward', sourceWith({ isDirty: true }),  'changes that are not committed'],
    ['forward',  sourceWith({ isDirty: true }),  'changes that are not committed'],
    ['pull',     detached,                       'is on no branch'],
    ['pull',     alone,                          'branch main of /srv follows no branch of a remote'],
    ['backward', detached,                       'nothing'],
    ['forward',  alone,                          'nothing'],
  ] as [UpdateOp, SourceView, string][])('%s of %o is stopped by: %s', (op, source, why) => {
    expect(obstacleTo(op, source)?.why ?? 'nothing').toContain(why)
  })
})

describe('afterwards', () => {
  // prettier-ignore
  test.each([
    ['pull',     { behind: 2 },             'go to origin/main'],
    ['pull',     {},                        'stay: has all of origin/main already'],
    ['pull',     { ahead: 1 },              'stay: has all of origin/main already'],
    ['pull',     { ahead: 1, behind: 2 },   'refused: /srv has 1 of its own commits and lacks 2 of origin/main: it cannot be fast-forwarded'],
    ['pull',     { behind: 1, isDirty: true }, 'refused: /srv has changes that are not committed'],
    ['backward', { previous: 'aaa' },       'go to aaa'],
    ['backward', {},                        'refused: there is no commit before this one'],
    ['forward',  { next: 'ccc' },           'go to ccc'],
    ['forward',  {},                        'refused: no commit after this one is known here'],
  ] as [UpdateOp, Partial<SourceView>, string][])('%s of a source that is %j: %s', (op, source, expected) => {
    expect(told(op, source)).toBe(expected)
  })

  // prettier-ignore
  test.each([
    [{ name: 'v2', commit: 'ccc', isRelated: true },   'go to ccc'],
    [{ name: 'v2', commit: 'ccc', isRelated: false },  'refused: v2 is not on the way of the branch in /srv'],
    [{ name: 'v2', isRelated: false },                 'refused: /srv knows no commit v2, nor does its remote'],
    [{ name: 'v1', commit: 'b'.repeat(40), isRelated: true }, 'stay: is at v1 already'],
  ] as [WantedCommit, string][])('pull to %j: %s', (wanted, expected) => {
    expect(told('pull', { behind: 3 }, wanted)).toBe(expected)
  })
})

// prettier-ignore
test.each([
  [sourceWith(),                         false],
  [sourceWith({ ahead: 1 }),             true],
  [sourceWith({ ahead: 1, next: 'c' }),  false],
  [alone,                                true],
  [{ ...alone, next: 'c' },              false],
])('of %o it is %s that nothing else leads back to it', (source, expected) => {
  expect(isLastSeen(source)).toBe(expected)
})

function told(op: UpdateOp, source: Partial<SourceView>, wanted?: WantedCommit): string {
  const destination = destinationOf(op, sourceWith(source), wanted)
  if (destination.kind === 'go') return `go to ${destination.to}`
  return `${destination.kind}: ${destination.why}`
}
