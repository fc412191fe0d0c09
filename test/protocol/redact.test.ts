import { expect, test } from 'vitest'
import { redactArguments, redactLine } from '../../src/protocol/redact.ts'

// prettier-ignore
const lines: [string, string[], string[]][] = [
  ['an assigned secret',       ['app.js', '--api-key=abc'],            ['app.js', '--api-key=***']],
  ['a secret as the next word', ['app.js', '--password', 'hunter2'],   ['app.js', '--password', '***']],
  ['a variable before env',    ['env', 'DB_PASSWORD=hunter2', 'x'],    ['env', 'DB_PASSWORD=***', 'x']],
  ['a URL with a password',    ['redis://u:pw@h:1/0'],                 ['redis://u:***@h:1/0']],
  ['a password with an @ in it', ['redis://u:p@ss@h:1/0'],             ['redis://u:***@h:1/0']],
  ['a password in a query',    ['--url=redis://h/0?password=x&db=1'],  ['--url=redis://h/0?password=***&db=1']],
  ['a URL inside a word',      ['--url=redis://u:p@h'],                ['--url=redis://u:***@h']],
  ['a switch without a value', ['--no-token', '--port', '80'],         ['--no-token', '--port', '80']],
  ['everything else',          ['node', '--port=80', 'a b', '-v'],     ['node', '--port=80', 'a b', '-v']],
]

test.each(lines)('%s', (_, argv, shown) => {
  expect(redactArguments(argv)).toEqual(shown)
})

// prettier-ignore
test.each([
  ['API_TOKEN=abc node app.js',                 'API_TOKEN=*** node app.js'],
  ['curl -H "Authorization: Bearer abc"  x.org', 'curl -H "Authorization: *** ***  x.org'],
  ["curl -H 'X-Api-Key: abc' && sleep 1",        "curl -H 'X-Api-Key: *** *** sleep 1"],
  ['npm run auth-server -- --port 80',           'npm run auth-server -- --port 80'],
  ['/srv/my secret files/app.js',                '/srv/my secret files/app.js'],
])('of the line %j is shown %j', (line, shown) => {
  expect(redactLine(line)).toBe(shown)
})
