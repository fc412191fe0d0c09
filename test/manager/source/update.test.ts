import { expect, test } from 'vitest'
import type { Repository } from '../../../src/manager/source/repository.ts'
import { update, type UpdateOrder, type UpdatePorts } from '../../../src/manager/source/update.ts'
import type { SourceView } from '../../../src/protocol/views.ts'
import { instanceWith } from '../../cli/given.ts'
import { sourceWith, srv } from './given.ts'

interface Given {
  readonly op?: UpdateOrder['op']
  readonly source?: Partial<SourceView>
  /** What fails, and with what, each time it is done. */
  readonly fails?: Readonly<Record<string, string>>
  /** Services that the reload replaced before it failed. */
  readonly replaced?: readonly string[]
}

/** One service with one command of `post_update`, behind its upstream; every step is written down. */
function updating({ op = 'pull', source = { behind: 1 }, fails = {}, replaced = [] }: Given) {
  const done: string[] = []
  const told: string[] = []
  let revision = sourceWith().revision
  const step = async (what: string): Promise<void> => {
    done.push(what)
    const [, why] = Object.entries(fails).find(([start]) => what.startsWith(start)) ?? []
    if (why !== undefined) throw new Error(why)
  }
  const repository: Repository = {
    root: '/srv',
    subjects: [
      { name: 'web', place: srv, postUpdate: { commands: ['npm ci'], timeoutMs: 100 } },
      { name: 'api', place: srv },
    ],
    tree: {
      look: async () => sourceWith({ ...source, revision }),
      fetch: () => step('fetch'),
      find: async () => undefined,
      isWithin: async () => false,
      move: async (to) => {
        await step(`move to ${to}`)
        revision = to
      },
      restore: (to) => step(`restore ${to.slice(0, 1)}`),
      keep: () => step('keep'),
    },
  }
  const ports: UpdatePorts = {
    run: async ({ command }) => {
      done.push(command)
      return fails[command]
    },
    rollOut: {
      processesOf: () => new Map(),
      changedSince: () => replaced,
      begin: async (names) => {
        await step(`reload ${names.join(' ')}`)
        return { instances: [instanceWith()] }
      },
    },
  }
  const asker = { by: 'anna', cause: '1' }
  const outcome = update(repository, { op, asker, tell: (line) => void told.push(line) }, ports)
  return { outcome, done, told }
}

test('an update fetches, moves, prepares and reloads, and tells so', async () => {
  const { outcome, done, told } = updating({})

  expect(await outcome).toMatchObject({
    moves: [{ services: ['web', 'api'], root: '/srv', to: 'origin/main' }],
  })
  expect(done).toEqual(['fetch', 'move to origin/main', 'npm ci', 'reload web api'])
  expect(told).toEqual([
    'web, api: fetching',
    'web, api: bbbbbbb → origin/ second',
    '$ npm ci',
    'web, api: reloading',
  ])
})

test('nothing is fetched to go backward, and a commit that nobody else has is remembered', async () => {
  const { outcome, done } = updating({ op: 'backward', source: { previous: 'aaa', ahead: 1 } })

  await outcome
  expect(done).toEqual(['keep', 'move to aaa', 'npm ci', 'reload web api'])
})

test('where nothing is new, nothing is prepared or reloaded', async () => {
  const { outcome, done } = updating({ source: {} })

  expect(await outcome).toMatchObject({ moves: [], instances: [] })
  expect(done).toEqual(['fetch'])
})

test('a tree that cannot be moved is left alone', async () => {
  const { outcome, done } = updating({ fails: { move: 'a file is in the way' } })

  await expect(outcome).rejects.toThrow('a file is in the way')
  expect(done).toEqual(['fetch', 'move to origin/main'])
})

// prettier-ignore
test.each([
  [{ fails: { 'npm ci': 'no' } },                       ['npm ci', 'restore b', 'npm ci'],
    'the source is back at bbbbbbb second; what ran runs on, untouched; but there as well: no'],
  [{ fails: { 'reload web api': 'no' } },               ['npm ci', 'reload web api', 'restore b', 'npm ci'],
    'the source is back at bbbbbbb second; what ran runs on, untouched'],
  [{ fails: { 'reload web api': 'no' }, replaced: ['web'] }, ['npm ci', 'reload web api', 'restore b', 'npm ci', 'reload web'],
    'the source is back at bbbbbbb second; web had been replaced, and was started again on it'],
  [{ fails: { reload: 'no' }, replaced: ['web'] },      ['npm ci', 'reload web api', 'restore b', 'npm ci', 'reload web'],
    'the source is back at bbbbbbb second; web had been replaced, and was started again on it; but there as well: no'],
  [{ fails: { 'npm ci': 'no', restore: 'disk full' } }, ['npm ci', 'restore b'],
    `the source could not be brought back (disk full): git -C /srv reset --hard ${'b'.repeat(40)}`],
] as [Given, string[], string][])('with %j the steps are %j', async (given, steps, hint) => {
  const { outcome, done } = updating(given)

  await expect(outcome).rejects.toMatchObject({
    code: 'E_FAILED',
    message: 'pull of web, api failed: no',
    hint,
  })
  expect(done).toEqual(['fetch', 'move to origin/main', ...steps])
})
