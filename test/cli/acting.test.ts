import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Declaration } from '../../src/declaration/service.ts'
import { type Asked, commandLine, hostWith, instanceWith, serviceWith } from './given.ts'

let cwd = ''

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'troupe-cli-'))
  await writeFile(join(cwd, 'api.js'), '')
  await writeFile(join(cwd, 'worker.js'), '')
  const apps = [
    { name: 'api', script: 'api.js', env: { A: '1' }, env_production: { A: '2' } },
    { name: 'worker', script: 'worker.js', watch: true },
  ]
  await writeFile(join(cwd, 'processes.json'), JSON.stringify({ apps }))
  const broken = [{ script: 'api.js', kill_timeout: 'soon' }, { script: 'nowhere.js' }]
  await writeFile(join(cwd, 'broken.json'), JSON.stringify({ apps: broken }))
})

afterAll(() => rm(cwd, { recursive: true }))

const here = (more: Parameters<typeof commandLine>[0] = {}) => commandLine({ cwd, ...more })

function declared(asked: readonly Asked[]) {
  const [command] = asked
  return command?.args as unknown as {
    readonly declaration: Declaration
    readonly inherited: Readonly<Record<string, string>>
    readonly how: string
  }
}

test.each([
  ['stop api worker#1', { op: 'stop', services: [{ name: 'api' }, { name: 'worker', slot: 1 }] }],
  ['stop all --grace 5s', { op: 'stop', services: [{ name: 'all' }], args: { grace: '5s' } }],
  ['restart /^web-/', { op: 'restart', services: [{ name: '/^web-/' }] }],
  ['del 3', { op: 'delete', services: [{ name: '3' }] }],
  ['start worker', { op: 'start', services: [{ name: 'worker' }] }],
  ['delete 3 --grace 5s', { op: 'delete', args: { grace: '5s' } }],
  ['restart processes.json --grace 5s', { op: 'declare', args: { how: 'restart', grace: '5s' } }],
  ['restart api -a --grace 5s', { op: 'inherit', args: { how: 'restart', grace: '5s' } }],
  ['restart processes.json', { op: 'declare', args: { how: 'restart' } }],
  [
    'reload api worker#1',
    { op: 'reload', services: [{ name: 'api' }, { name: 'worker', slot: 1 }] },
  ],
  ['reload processes.json', { op: 'declare', args: { how: 'reload' } }],
  ['startOrReload processes.json', { op: 'declare', args: { how: 'reload' } }],
  [
    'restart api --update-env',
    { op: 'inherit', args: { how: 'restart', inherited: { HOME: '/home/anna' } } },
  ],
  [
    'restart api -- --port 80',
    { op: 'inherit', args: { fields: { args: ['--port', '80'] }, inherited: {} } },
  ],
  ['reload api -a', { op: 'inherit', args: { how: 'reload' } }],
  ['scale api 4', { op: 'scale', services: [{ name: 'api' }], args: { to: '4' } }],
  ['scale api +2', { op: 'scale', args: { to: '+2' } }],
  ['scale api -1', { op: 'scale', args: { to: '-1' } }],
  ['reset all', { op: 'reset', services: [{ name: 'all' }] }],
  [
    'sendSignal usr2 api',
    { op: 'signal', services: [{ name: 'api' }], args: { signal: 'SIGUSR2' } },
  ],
  [
    'send api --message {"level":1}',
    { op: 'send', services: [{ name: 'api' }], args: { data: { level: 1 } } },
  ],
  ['send api --message good day', { op: 'send', args: { data: 'good day' } }],
  ['send 3 good day', { op: 'stdin', services: [{ name: '3' }], args: { line: 'good day' } }],
])('"%s" reaches the manager as one command', async (line, command) => {
  const { code, asked } = await here().troupe(...line.split(' '))

  expect(asked[0]).toMatchObject(command)
  expect(asked.map(({ op }) => op)).toEqual([command.op, 'status'])
  expect(code).toBe(0)
})

test.each(['stop', 'delete'])(
  '%s of a file means what is known here of it, and says what is not',
  async (verb) => {
    const { code, asked, err } = await here().troupe(verb, 'processes.json')

    expect(asked.find(({ op }) => op === verb)?.services).toEqual([{ name: 'worker' }])
    expect(err).toContain('not known here: api')
    expect(code).toBe(0)
  },
)

test.each(['stop', 'delete'])(
  '%s of a file of which nothing is known here does nothing',
  async (verb) => {
    const { code, asked, err } = await here().troupe(verb, 'processes.json', '--only', 'api')

    expect(asked.map(({ op }) => op)).toEqual(['status', 'status'])
    expect(err).toContain('not known here: api')
    expect(code).toBe(0)
  },
)

test('a script stands for the services that run it', async () => {
  const instances = [instanceWith({ service: 'mailer' })]
  const services = [
    serviceWith({ name: 'mailer', script: join(cwd, 'worker.js') }),
    serviceWith({ name: 'other', script: '/elsewhere/worker.js' }),
  ]
  const { troupe } = here({
    answers: {
      status: () => ({ host: hostWith(), instances }),
      describe: () => ({ services }),
    },
  })

  const { asked } = await troupe('stop', './worker.js')

  expect(asked.find(({ op }) => op === 'stop')?.services).toEqual([{ name: 'mailer' }])
})

test('start <file> declares what the file says, over the environment of the caller', async () => {
  const env = { PATH: '/bin', TROUPE_HOME: '/x' }
  const { troupe } = here({ env })

  const { asked } = await troupe('start', 'processes.json', '--env', 'production', '--only', 'api')

  const { declaration, inherited, how } = declared(asked)
  expect(declaration.services.map(({ name, env }) => [name, env])).toEqual([['api', { A: '2' }]])
  expect(inherited).toEqual({ HOME: '/home/anna', PATH: '/bin' })
  expect(how).toBe('restart')
})

test('start <script> understands the options of PM2, and leaves what stands behind -- alone', async () => {
  const line =
    'start api.js -n web --namespace front --node-args=--no-warnings -o out.log -e /dev/null ' +
    '--max-restarts 3 --restart-delay 100 --exp-backoff-restart-delay 50 --stop-exit-codes 0,7 9 ' +
    '-k 2000 --no-autorestart --no-autostart -- --name inner --lines'

  const { asked, code } = await here().troupe(...line.split(' '))

  expect(code).toBe(0)
  expect(declared(asked).declaration.services).toMatchObject([
    {
      name: 'web',
      namespace: 'front',
      script: join(cwd, 'api.js'),
      args: ['--name', 'inner', '--lines'],
      interpreterArgs: ['--enable-source-maps', '--no-warnings'],
      outFile: join(cwd, 'out.log'),
      errorFile: '/dev/null',
      maxRestarts: 3,
      restartDelayMs: 100,
      expBackoffMs: 50,
      stopExitCodes: [0, 7, 9],
      killTimeoutMs: 2_000,
      restart: 'never',
      autostart: false,
    },
  ])
})

test('start <script> understands how its output and its surroundings are to be', async () => {
  const line =
    'start api.js --log all.log --log-type json --log-date-format HH:mm --filter-env AWS,TOKEN'
  const more = '--disable-source-map-support --time --gid nosuch'.split(' ')
  const { troupe } = here()

  const { asked } = await troupe(...line.split(' '), '--disable-source-map-support')
  const { err } = await troupe('start', 'api.js', ...more, '--uid', 'nosuch')

  expect(declared(asked).declaration.services).toMatchObject([
    {
      outFile: join(cwd, 'all.log'),
      errorFile: join(cwd, 'all.log'),
      logStamp: { kind: 'json', format: [{ token: 'HH' }, { text: ':' }, { token: 'mm' }] },
      envFilter: { kind: 'containing', parts: ['AWS', 'TOKEN'] },
      interpreterArgs: [],
    },
  ])
  expect(err).toContain('uid: expected a user of this machine, got "nosuch"')
  expect(err).toContain('gid: expected a group of this machine, got "nosuch"')
})

test('a shell line is a script', async () => {
  const { asked } = await here().troupe('start', 'sleep 100', '--name', 'nap')

  expect(declared(asked).declaration.services[0]).toMatchObject({
    name: 'nap',
    args: expect.any(Array),
  })
})

test('everything wrong with a file is told at once, before any manager is started', async () => {
  const { troupe } = here({ isRunning: false })

  const { code, err, starts } = await troupe('start', 'processes.json', 'broken.json')

  expect(err).toContain('broken.json cannot be used:')
  expect(err).toContain('apps[0].kill_timeout')
  expect(err).toContain('apps[1].script')
  expect({ code, starts }).toEqual({ code: 1, starts: 0 })
})

test('notes of the manager stand one a line beside the answer', async () => {
  const notes = ['`watch` is not active yet (worker)', 'second']
  const { troupe } = here({ answers: { declare: () => ({ instances: [], notes }) } })

  const { err } = await troupe('start', 'processes.json')

  expect(err).toBe('note: `watch` is not active yet (worker)\nnote: second\n')
})

test('every instance that was meant is told, then the table; one that failed makes it fail', async () => {
  const fine = instanceWith({ id: 0, service: 'api' })
  const { pid: _, ...dead } = instanceWith({ id: 1, why: 'the script is gone' })
  const instances = [fine, { ...dead, state: 'errored' as const }]
  const { troupe } = here({
    answers: {
      start: () => ({ instances }),
      status: () => ({ host: hostWith(), instances }),
    },
  })

  const { code, out } = await troupe('start', 'all')

  const [first, second, head] = out.split('\n')
  expect([first, second]).toEqual([
    '✓ api#0 online, pid 41216',
    '✗ worker#0 errored: the script is gone',
  ])
  expect(head).toMatch(/^ {2}id {2}name/)
  expect(code).toBe(1)
})

test('a service that failed after it was answered for is told as it is', async () => {
  const { pid: _, ...gone } = instanceWith()
  const { troupe } = here({
    answers: {
      start: () => ({ instances: [instanceWith()] }),
      status: () => ({ host: hostWith(), instances: [{ ...gone, state: 'errored' }] }),
    },
  })

  const { code, out } = await troupe('start', 'worker')

  expect(out).toContain('✗ worker#0 errored')
  expect(code).toBe(1)
})

test('a word that names no service may have meant the file of that name', async () => {
  const refusal = { status: 'rejected', reason: 'unknown_service', message: 'no' } as const
  const { troupe } = here({ answers: { start: () => refusal } })

  const { err } = await troupe('start', 'worker')

  expect(err).toContain('hint: for the file of that name: troupe start ./worker.js')
})

test('with --json, the answer is what the operation led to and nothing else', async () => {
  const { out, err, asked } = await here().troupe('restart', 'worker', '--json')

  expect(JSON.parse(out)).toEqual({ instances: [instanceWith()], notes: [] })
  expect(err).toBe('')
  expect(asked.map(({ op }) => op)).toEqual(['restart'])
})

test('resurrect says so when there is nothing to bring back', async () => {
  const { troupe } = here({ answers: { resurrect: () => ({ instances: [] }) } })

  const { code, err } = await troupe('resurrect')

  expect(err).toBe('note: nothing to bring back: whatever was saved is declared already\n')
  expect(code).toBe(0)
})
