import { expect, test } from 'vitest'
import type { SourceView } from '../../src/protocol/views.ts'
import { commandLine, serviceWith } from './given.ts'

const revision = '3f2a91c'.padEnd(40, '0')

function described(given: Partial<SourceView> = {}) {
  const source: SourceView = {
    root: '/srv',
    revision,
    subject: 'mend the door',
    committedAt: 0,
    branch: 'main',
    upstream: 'origin/main',
    remotes: ['origin'],
    remote: 'origin',
    url: 'https://example.com/a.git',
    isDirty: false,
    hasUnstaged: false,
    ahead: 0,
    behind: 0,
    ...given,
  }
  return commandLine({ answers: { describe: () => ({ services: [serviceWith({ source })] }) } })
}

// prettier-ignore
test.each([
  [{},                                            'branch +main, as origin/main'],
  [{ ahead: 2 },                                  'branch +main, 2 ahead of origin/main'],
  [{ ahead: 2, behind: 3 },                       'branch +main, 2 ahead of, 3 behind origin/main'],
  [{ branch: undefined, upstream: undefined },    'branch +none: detached'],
  [{ upstream: undefined },                       'branch +main'],
  [{},                                            'revision +3f2a91c mend the door'],
  [{},                                            'remote +origin https://example.com/a.git'],
  [{},                                            'working tree +clean'],
  [{ isDirty: true, hasUnstaged: true },          'working tree +changed, not all of it staged'],
  [{ isDirty: true },                             'working tree +changed, all of it staged'],
] as [Partial<SourceView>, string][])('of the source that is %j, describe says: %s', async (given, said) => {
  const { out } = await described(given).troupe('describe', 'worker')

  expect(out).toMatch(new RegExp(`\n {2}${said}\n`))
})

test('jlist tells of the source in the shape of PM2', async () => {
  const { out } = await described({ ahead: 1, previous: 'a'.repeat(40) }).troupe('jlist')

  expect(JSON.parse(out)).toMatchObject([
    {
      pm2_env: {
        vizion: true,
        versioning: {
          type: 'git',
          url: 'https://example.com/a.git',
          revision,
          comment: 'mend the door',
          branch: 'main',
          unstaged: false,
          ahead: true,
          remotes: ['origin'],
          remote: 'origin',
          prev_rev: 'a'.repeat(40),
          next_rev: null,
          update_time: '1970-01-01T00:00:00.000Z',
          repo_path: '/srv',
        },
      },
    },
  ])
})

test('of a service that git knows nothing of, nothing is said', async () => {
  const line = commandLine()

  expect((await line.troupe('describe', 'worker')).out).not.toMatch(/revision|working tree/)
  expect((await line.troupe('jlist')).out).not.toContain('versioning')
})
