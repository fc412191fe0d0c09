import { expect, test } from 'vitest'
import { declared, machineWith, node, problemsOf, serviceOf, staticServer } from './given.ts'

const elf = { mode: 'x', text: '\x7fELF\0\0' } as const
const shebang = { mode: 'x', text: '#!/usr/bin/env ruby\n' } as const

const machine = machineWith({
  files: {
    '/srv/app.mjs': {},
    '/srv/app.cjs': {},
    '/srv/run.sh': {},
    '/srv/job.py': {},
    '/srv/site.php': {},
    '/srv/plain': { text: 'console.log(1)' },
    '/srv/binary': elf,
    '/srv/tool': shebang,
    '/srv/tool.txt': { text: '#!/usr/bin/env ruby\n' },
    '/srv/cli': { text: '#!/usr/bin/env node\n' },
    '/srv/sealed.js': { mode: '-' },
    '/srv/my app.js': {},
    '/srv/venv/bin/python': { mode: 'x' },
    '/home/ann/.nvm/versions/node/v18.1.0/bin/node': { mode: 'x' },
    '/opt/bin/special': { mode: 'x' },
    '/srv/main.ts': {},
    '/srv/main.tsx': {},
  },
})

// prettier-ignore
const runs: [string, string | undefined, string, string][] = [
  // script,        declared interpreter,  interpreter,  script that it gets
  ['app.js',        undefined,             node,         '/srv/app.js'],
  ['./app.js',      undefined,             node,         '/srv/app.js'],
  ['/srv/app.js',   undefined,             node,         '/srv/app.js'],
  ['app.mjs',       undefined,             node,         '/srv/app.mjs'],
  ['app.cjs',       undefined,             node,         '/srv/app.cjs'],
  ['run.sh',        undefined,             'bash',       '/srv/run.sh'],
  ['job.py',        undefined,             'python3',    '/srv/job.py'],
  ['plain',         undefined,             node,         '/srv/plain'],
  ['binary',        undefined,             'none',       '/srv/binary'],
  ['tool',          undefined,             'none',       '/srv/tool'],
  ['cli',           undefined,             node,         '/srv/cli'],
  ['my app.js',     undefined,             node,         '/srv/my app.js'],
  ['npm',           undefined,             'none',       'npm'],
  ['npm',           'none',                'none',       'npm'],
  ['npm',           'node',                'node',       '/usr/bin/npm'],
  ['binary',        'none',                'none',       '/srv/binary'],
  ['job.py',        'venv/bin/python',     '/srv/venv/bin/python', '/srv/job.py'],
  ['app.js',        'node@18.1.0',         '/home/ann/.nvm/versions/node/v18.1.0/bin/node', '/srv/app.js'],
  ['npm run dev',   undefined,             'bash',       'npm run dev'],
  ['npm run dev',   'sh',                  'sh',         'npm run dev'],
]

test.each(runs)('%s with interpreter %s is run by %s', (script, declaredAs, interpreter, given) => {
  const service = serviceOf({ script, interpreter: declaredAs }, { machine })

  expect(service).toMatchObject({ interpreter, script: given })
})

// prettier-ignore
const refusals: [string, string | undefined, string, string][] = [
  ['gone.js',       undefined,     'a file, or a command on the PATH',        'there is no /srv/gone.js'],
  ['./npm',         undefined,     'a file, or a command on the PATH',        'there is no /srv/npm'],
  ['..',            undefined,     'a file, or a command on the PATH',        '/ is a directory'],
  ['app.js -p 80',  'node',        'a file, or a command on the PATH',        'there is no /srv/app.js -p 80; arguments belong into args'],
  ['sealed.js',     undefined,     'a file that may be read',                 'see `ls -l /srv/sealed.js`'],
  ['app.js',        'none',        'an executable file',                      'run `chmod +x /srv/app.js`, or name an exec_interpreter'],
  ['tool.txt',      undefined,     'an executable file',                      'run `chmod +x /srv/tool.txt`, or name an exec_interpreter'],
  ['site.php',      undefined,     'an interpreter that is installed',        'there is no php on the PATH'],
  ['app.js',        'deno',        'an interpreter that is installed',        'there is no deno on the PATH'],
  ['job.py',        './python',    'an interpreter that can be executed',     'there is none at /srv/python'],
  ['app.js',        'node@9.9.9',  'a Node that nvm has installed',           'there is no /home/ann/.nvm/versions/node/v9.9.9/bin/node: run `nvm install 9.9.9`'],
]

test.each(refusals)('%s with interpreter %s is refused', (script, interpreter, expected, hint) => {
  expect(problemsOf({ script, interpreter }, { machine })).toMatchObject([{ expected, hint }])
})

test('a missing script and a missing interpreter are two problems', () => {
  const app = { script: 'gone.js', exec_interpreter: 'deno' }

  expect(problemsOf(app).map(({ path }) => path)).toEqual(['script', 'exec_interpreter'])
})

test('sh reads lines and scripts where there is no bash, python where there is no python3', () => {
  const files = { '/srv/run.sh': {}, '/srv/job.py': {} }
  const small = { machine: machineWith({ files, commands: ['sh', 'python'] }) }

  expect(serviceOf({ script: 'run.sh' }, small).interpreter).toBe('sh')
  expect(serviceOf({ script: 'echo hello' }, small).interpreter).toBe('sh')
  expect(serviceOf({ script: 'job.py' }, small).interpreter).toBe('python')
})

test('a shell line gets its arguments, and is called what it says', () => {
  expect(serviceOf({ script: 'npm run dev' })).toMatchObject({
    name: 'npm run dev',
    interpreterArgs: ['-c'],
    args: [],
    execMode: 'fork',
  })
  expect(serviceOf({ script: 'npm run dev', args: '-p 80' })).toMatchObject({
    script: 'npm run dev "$@"',
    args: ['bash', '-p', '80'],
  })
})

test('TypeScript needs a Node that runs it, bun, or an interpreter that is named', () => {
  const files = { '/srv/main.ts': {}, '/srv/main.tsx': {} }
  const newer = machineWith({ files, runsTypeScript: true })
  const withBun = machineWith({ files, commands: ['bun'] })
  const withTsx = machineWith({ files, commands: ['tsx'] })

  expect(problemsOf({ script: 'main.ts' }, { machine })).toMatchObject([
    { path: 'script', expected: 'a script that this Node can run', got: 'main.ts' },
  ])
  expect(serviceOf({ script: 'main.ts' }, { machine: newer }).interpreter).toBe(node)
  expect(problemsOf({ script: 'main.tsx' }, { machine: newer })).toHaveLength(1)
  expect(serviceOf({ script: 'main.ts' }, { machine: withBun }).interpreter).toBe('bun')
  const app = { script: 'main.ts', interpreter: 'tsx' }
  expect(serviceOf(app, { machine: withTsx }).interpreter).toBe('tsx')
})

test('commands are looked for on the PATH that the service declares', () => {
  const app = { script: 'special', env: { PATH: '/opt/bin' } }

  expect(serviceOf(app, { machine })).toMatchObject({ script: 'special', interpreter: 'none' })
  expect(problemsOf({ script: 'special' }, { machine })).toHaveLength(1)
})

test('Python writes its output at once, unless the service says otherwise', () => {
  const env = { PYTHONUNBUFFERED: '' }

  expect(serviceOf({ script: 'job.py' }, { machine }).env).toEqual({ PYTHONUNBUFFERED: '1' })
  expect(serviceOf({ script: 'job.py', env }, { machine }).env).toEqual(env)
})

test('only what Node runs is clustered', () => {
  const app = { script: 'job.py', instances: 2 }
  expect(serviceOf(app, { machine })).toMatchObject({ execMode: 'fork', instances: 2 })

  const asked = declared({ ...app, exec_mode: 'cluster' }, { machine })
  expect(asked.services[0]?.execMode).toBe('fork')
  expect(asked.warnings).toEqual([
    'job: `exec_mode: cluster` is for Node scripts: it runs in fork mode',
  ])
})

test('paths are reckoned from the file, and only where nothing is there from the caller', () => {
  const both = machineWith({
    directories: ['/srv/config'],
    files: { '/srv/config/app.js': {}, '/srv/other.js': {} },
  })
  const given = { machine: both, dir: '/srv/config' }

  expect(serviceOf({}, given)).toMatchObject({ script: '/srv/config/app.js', cwd: '/srv/config' })

  const { services, warnings } = declared({ script: 'other.js' }, given)
  expect(services[0]).toMatchObject({ script: '/srv/other.js', cwd: '/srv' })
  expect(warnings).toEqual([
    'other was found from the current directory /srv, not from that of the file: say `cwd` to make it the same from everywhere',
  ])
})

test("serve is PM2's word for the static server, unless a file is called so", () => {
  const machine = machineWith({ files: { '/srv/serve': { mode: 'x', text: '#!/bin/sh' } } })

  expect(serviceOf({ script: 'serve' })).toMatchObject({
    name: 'serve',
    script: staticServer,
    interpreter: node,
  })
  expect(serviceOf({ script: 'serve' }, { machine })).toMatchObject({ script: '/srv/serve' })
})
