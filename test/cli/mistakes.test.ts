import { expect, test } from 'vitest'
import { commandLine } from './given.ts'

test.each([
  ['strat', "error: unknown command 'strat'\nhint: did you mean start?\n"],
  ['frobnicate', "error: unknown command 'frobnicate'\nhint: see: troupe --help\n"],
  ['deploy api', 'error: deploy of PM2 is not taken over\nhint: troupe pull'],
  ['monit', 'error: monit is not there yet\nhint: troupe list --watch'],
  ['logrotate -u me', 'error: logrotate of PM2 is not taken over\nhint: log_rotate is built in'],
  ['events --folow', "error: unknown option '--folow'\nhint: did you mean --follow?\n"],
  ['stop', "error: missing required argument 'service|file'\nhint: see: troupe help stop\n"],
  ['logs --lines many', 'error: --lines: expected a whole number, got "many"\n'],
  [
    'events --type instance.exit',
    'error: no event is of type "instance.exit"\nhint: did you mean instance.exited?\n',
  ],
  ['events --since yesterday', 'error: --since: expected a time, got "yesterday"\n'],
  ['stop api --env production', 'error: --env goes with a declaration\n'],
  ['restart processes.json -- --port 80', 'error: arguments go with the name of a service\n'],
  ['start api --name web', 'error: --name goes with a script\n'],
  ['start api -- --port 1', 'error: arguments behind -- go with a script\n'],
  ['start', 'error: which declaration? there is no processes.json here'],
  ['start api -i 2', 'error: --instances goes with a script\n'],
  ['scale api', "error: missing required argument 'count'\nhint: see: troupe help scale\n"],
  ['config set one', 'error: these words cannot stand behind config set\n'],
  ['keys trust anna', 'error: these words cannot stand behind keys trust\n'],
])('"%s" is told what is wrong, and nothing is asked of the manager', async (line, said) => {
  const { troupe } = commandLine()

  const { code, err, out, asked } = await troupe(...line.split(' '))

  expect(err).toContain(said)
  expect(err).not.toContain('    at ')
  expect({ code, out, asked }).toEqual({ code: 1, out: '', asked: [] })
})

test('a name that nobody has comes with the nearest one', async () => {
  const { troupe } = commandLine({
    answers: {
      restart: () => ({
        status: 'rejected',
        reason: 'unknown_service',
        message: 'no service is called "wrker"',
        didyoumean: 'worker',
      }),
    },
  })

  const { code, err } = await troupe('restart', 'wrker')

  expect(err).toContain('did you mean "worker"?')
  expect(code).toBe(1)
})

test('with --json, an error is one line of JSON beside an empty answer', async () => {
  const { troupe } = commandLine({
    answers: {
      stop: () => ({
        status: 'failed',
        op: 'stop',
        code: 'E_TIMEOUT',
        message: 'it does not end',
        hint: 'wait',
        ms: 1,
      }),
    },
  })

  const { code, out, err } = await troupe('stop', 'worker', '--json')

  expect(JSON.parse(err)).toEqual({
    error: { code: 'E_TIMEOUT', message: 'it does not end', hint: 'wait' },
  })
  expect({ code, out }).toEqual({ code: 1, out: '' })
})

test('without a word, the whole help is printed, and that is no success', async () => {
  const { code, out } = await commandLine().troupe()

  expect(out).toContain('delete|del <service|file...>')
  expect(code).toBe(1)
})

test('every verb has a help with an example', async () => {
  const { troupe } = commandLine()
  const { out } = await troupe('--help')
  const verbs = [...out.matchAll(/^ {2}([a-z]+)(?:\|\S+)? /gm)].map(([, verb = '']) => verb)

  const helps = await Promise.all(verbs.map((verb) => commandLine().troupe('help', verb)))

  expect(verbs.length).toBeGreaterThan(19)
  for (const [at, help] of helps.entries()) {
    if (verbs[at] === 'help') continue
    expect(help.code).toBe(0)
    expect(help.out).toMatch(/--json[^]*Example:\n {2}\$ troupe /)
  }
})
