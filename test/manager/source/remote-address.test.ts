import { expect, test } from 'vitest'
import { gitEnvironment } from '../../../src/manager/source/git-environment.ts'
import { remoteAddress, withoutCredentials } from '../../../src/manager/source/remote-address.ts'

// prettier-ignore
test.each([
  ['https://example.com/a.git',                    'https://example.com/a.git'],
  ['https://ghp_token@example.com/a.git',          'https://example.com/a.git'],
  ['https://anna:secret@example.com/a.git',        'https://example.com/a.git'],
  ['https://anna:se@cret@example.com/a.git',       'https://example.com/a.git'],
  ['https://example.com/a.git?private_token=x',    'https://example.com/a.git'],
  ['HTTP://u:p@example.com:8080/a.git',            'HTTP://example.com:8080/a.git'],
  ['ssh://git@example.com:22/a.git',               'ssh://git@example.com:22/a.git'],
  ['ssh://git:secret@example.com/a.git',           'ssh://git@example.com/a.git'],
  ['git@example.com:anna/a.git',                   'git@example.com:anna/a.git'],
  ['file:///srv/git/a@b.git',                      'file:///srv/git/a@b.git'],
  ['/srv/git/a.git',                               '/srv/git/a.git'],
])('the remote %s is shown as %s', (url, shown) => {
  expect(remoteAddress(url)).toBe(shown)
})

test('what git says of a remote names nobody and no password', () => {
  const said = "fatal: unable to access 'https://anna:secret@example.com/a.git/': no route"

  expect(withoutCredentials(said)).toBe(
    "fatal: unable to access 'https://example.com/a.git/': no route",
  )
})

test('git gets what it needs to reach a remote, and nothing that would lead it elsewhere', () => {
  const env = {
    PATH: '/opt/bin',
    HOME: '/home/anna',
    https_proxy: 'http://proxy',
    GIT_DIR: '/elsewhere',
    GIT_CONFIG_COUNT: '1',
    SECRET: 'x',
  }

  expect(gitEnvironment(env)).toEqual({
    PATH: '/opt/bin',
    HOME: '/home/anna',
    https_proxy: 'http://proxy',
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
  })
})
