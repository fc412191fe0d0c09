import { expect, test } from 'vitest'
import { grammarOf } from '../../src/cli/completion/grammar.ts'
import { commandLine, hostWith, instanceWith } from './given.ts'

const load = () => Promise.reject(new Error('no verb runs here'))
const common = { text: 'text', example: '', load }

test('what stands behind a verb is read off its help', () => {
  const [verb, hidden] = grammarOf([
    {
      ...common,
      name: 'begin',
      aliases: ['go'],
      words: '[file|script|service...]',
      options: [
        ['-n, --name <name>', 'its name'],
        ['--no-autostart', 'do not'],
      ],
    },
    { ...common, name: 'secret', isHidden: true },
  ])

  expect(hidden).toBe(undefined)
  expect(verb).toEqual({
    names: ['begin', 'go'],
    text: 'text',
    flags: [
      { short: 'n', long: 'name', takesValue: true, text: 'its name' },
      { long: 'no-autostart', takesValue: false, text: 'do not' },
      { long: 'json', takesValue: false, text: 'the answer as JSON' },
    ],
    takesServices: true,
    takesFiles: true,
    choices: [],
  })
})

test.each([
  ['[words...]', { takesServices: false, takesFiles: false, choices: [] }],
  ['<service>', { takesServices: true, takesFiles: false, choices: [] }],
  ['[systemd|openrc|launchd]', { choices: ['systemd', 'openrc', 'launchd'] }],
  ['[path] [port]', { takesFiles: true, choices: [] }],
])('behind %s', (words, expected) => {
  expect(grammarOf([{ ...common, name: 'verb', words }])[0]).toMatchObject(expected)
})

test.each(['bash', 'zsh', 'fish'])('%s learns every verb and no hidden one', async (shell) => {
  const { troupe } = commandLine()

  const { code, out } = await troupe('completion', shell)

  expect(code).toBe(0)
  expect(out).toMatch(/\bunstartup\b/)
  expect(out).not.toMatch(/\bforeground\b(?!,)/)
})

test('without a word it is the shell of the user', async () => {
  const { troupe } = commandLine({ env: { SHELL: '/usr/bin/fish' } })

  expect((await troupe('completion')).out).toContain('complete -c troupe')
})

test('a shell that nobody knows is refused with those that are known', async () => {
  const { troupe } = commandLine()

  const { code, err } = await troupe('completion', 'constructor')

  expect(code).toBe(1)
  expect(err).toContain('hint: bash, zsh or fish: troupe completion bash')
})

test('names says every service once, starts no manager, and is silent where there is none', async () => {
  const instances = [instanceWith(), instanceWith({ slot: 1 }), instanceWith({ service: 'web' })]
  const running = commandLine({ answers: { status: () => ({ host: hostWith(), instances }) } })
  const absent = commandLine({ isRunning: false })

  expect((await running.troupe('names')).out).toBe('worker\nweb\nall\n')
  expect(await absent.troupe('names')).toMatchObject({ code: 0, out: '', err: '', starts: 0 })
})
