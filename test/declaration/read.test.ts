import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { declareScript, readDeclaration } from '../../src/declaration/read.ts'
import { article } from './article.ts'

let dir: string

beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'troupe-declaration-')))
  await file('api.js', '')
  await file('worker.js', '')
})
afterEach(() => rm(dir, { recursive: true }))

async function file(name: string, text: string): Promise<string> {
  const path = join(dir, name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  return path
}

const read = (name: string, envName?: string): ReturnType<typeof readDeclaration> =>
  readDeclaration(name, { cwd: dir, ...(envName === undefined ? {} : { envName }) })

const namesIn = async (name: string): Promise<readonly string[]> =>
  (await read(name)).services.map((service) => service.name)

const failure = (name: string): Promise<unknown> =>
  read(name).then(
    () => 'nothing was wrong',
    (error: unknown) => error,
  )

test("the article's file is read as it stands", async () => {
  const path = await file('processes.json', article)

  const { services, groups, warnings } = await read('processes.json')

  expect(services).toMatchObject([
    {
      name: 'web-api',
      script: join(dir, 'api.js'),
      interpreter: process.execPath,
      cwd: dir,
      execMode: 'cluster',
      instances: Math.max(1, availableParallelism() - 1),
      env: {},
      file: path,
    },
    { name: 'worker', execMode: 'fork', instances: 1, env: { INTERVAL: '1000' } },
  ])
  expect(groups).toEqual([])
  expect(warnings).toEqual([])
})

test("the article's --env production chooses env_production", async () => {
  await file('processes.json', article)

  const { services } = await read('processes.json', 'production')

  expect(services.map(({ env }) => env)).toEqual([{}, { INTERVAL: '60000' }])
  await expect(read('processes.json', 'prod')).rejects.toMatchObject({
    code: 'E_DECLARATION',
    problems: [{ path: '--env', expected: 'one that is declared: production', got: 'prod' }],
  })
})

// prettier-ignore
const files: [string, string][] = [
  ['a.json',                '\uFEFF[{script: "api.js", /* why */ name: \'x\',},]'],
  ['a.json5',               '{script: "api.js", name: "x"}'],
  ['a.yaml',                'base: &b {script: api.js}\napps:\n  - <<: *b\n    name: x\n'],
  ['a.yml',                 '- script: api.js\n  name: x\n'],
  ['ecosystem.config.js',   'module.exports = { apps: [{ script: "api.js", name: "x" }] }'],
  ['cjs.config.js',         'exports.apps = [{ script: "api.js", name: "x" }]'],
  ['esm.config.js',         'export default [{ script: "api.js", name: "x" }]'],
  ['a.config.cjs',          'module.exports = () => ({ script: "api.js", name: "x" })'],
  ['a.config.mjs',          'export const apps = [{ script: "api.js", name: await "x" }]'],
  ['b.config.mjs',          'export default Promise.resolve({ script: "api.js", name: "x" })'],
  ['a.config.ts',           'const n: string = "x"\nexport default async (): Promise<unknown> => ({ script: "api.js", name: n })'],
  ['b.config.ts',           'import { n } from "./n.ts"\nexport const apps = [{ script: "api.js", name: n as string }]'],
  ['d.config.js',           'const { n } = require("./n.json"); module.exports = { script: `${__dirname}/api.js`, name: n }'],
  ['d.config.mjs',          'import { readFileSync } from "node:fs"\nconst url = new URL("n.json", import.meta.url)\nexport default { ...JSON.parse(readFileSync(url, "utf8")), script: "api.js", name: "x" }'],
  ['package.json',          '{"name": "p", "troupe": {"apps": [{"script": "api.js", "name": "x"}]}, "pm2": []}'],
  ['sub/../package.json',   '{"name": "p", "pm2": [{"script": "api.js", "name": "x"}]}'],
]

test.each(files)('%s that says %s is a declaration', async (name, text) => {
  await file('n.json', '{"n": "x"}')
  await file('n.ts', 'export const n: string = "x"')
  await file(name, text)

  expect(await namesIn(name)).toEqual(['x'])
})

test('a program is run afresh each time, and may copy its environment', async () => {
  await file('a.config.js', 'module.exports = { script: "api.js", name: "one", env: process.env }')
  expect(await namesIn('a.config.js')).toEqual(['one'])

  await file('a.config.js', 'module.exports = { script: "api.js", name: "two" }')
  expect(await namesIn('a.config.js')).toEqual(['two'])
})

// prettier-ignore
const failures: [string, string, string][] = [
  ['a.json',           '{\n  apps: [,\n}',                     "a.json cannot be read: invalid character ',' at 2:10"],
  ['a.json',           '',                                     'a.json cannot be read: invalid end of input at 1:1'],
  ['a.json',           '{"port": process.env.PORT}',           "a.json cannot be read: invalid character 'p' at 1:10"],
  ['a.yaml',           'apps: [1\nb: {c\n',                    'at line 2, column 1; Flow map in block collection'],
  ['a.config.js',      '\n\nthrow new Error("boom")',          'a.config.js cannot be read: boom at line 3'],
  ['a.config.js',      'const a = {\n  b: \n}}',               'a.config.js cannot be read: ParseError: Unexpected token at line 3'],
  ['a.config.mjs',     'import x from "./gone.js"; export default x', "a.config.mjs cannot be read: Cannot find module './gone.js'"],
  ['a.config.js',      'module.exports = () => { throw "plain" }', 'a.config.js cannot be read: plain'],
  ['a.toml',           '',                                     'a.toml is no declaration that can be read'],
  ['package.json',     '{"name": "p"}',                        'package.json declares no services'],
]

test.each(failures)('%s that says %j cannot be read', async (name, text, message) => {
  await file(name, text)

  expect(await failure(name)).toMatchObject({
    code: 'E_DECLARATION',
    message: expect.stringContaining(message),
    hint: expect.any(String),
  })
})

test('a file that is not there, and a directory, are refused in plain words', async () => {
  await mkdir(join(dir, 'dir.json'))

  expect(await failure('gone.json')).toMatchObject({
    message: 'gone.json cannot be read: there is no such file',
  })
  expect(await failure('dir.json')).toMatchObject({
    hint: 'it is a directory: name the file in it',
  })
})

test('JSON is never run', async () => {
  const text = '(() => { globalThis.wasRun = true; return {apps: []} })()'
  await file('a.json', text)

  expect(await failure('a.json')).toMatchObject({ code: 'E_DECLARATION' })
  expect(globalThis).not.toHaveProperty('wasRun')
})

test('a script is declared alone, by the same rules', async () => {
  const fields = { name: 'x', maxRestarts: 0, env: { A: 1 }, v8: true, cwd: dir }

  const { services, groups, warnings } = declareScript('api.js', fields)

  expect(services).toMatchObject([
    { name: 'x', script: join(dir, 'api.js'), maxRestarts: 0, env: { A: '1' }, cwd: dir },
  ])
  expect(services[0]).not.toHaveProperty('file')
  expect(groups).toEqual([])
  expect(warnings).toEqual(["`v8` does nothing here: it belongs to PM2's own monitoring (x)"])
  expect(() => declareScript('gone.js', { cwd: dir, port: 'x' })).toThrow(
    /^gone\.js cannot be used:\n {2}port: .*\n {2}script: .*$/,
  )
})

test('this machine is looked at: binaries, links, permissions and the PATH', async () => {
  const binary = await file('bin/tool', '#!/bin/sh\n')
  await chmod(binary, 0o755)
  await symlink(binary, join(dir, 'linked'))
  await file('text', 'no program')
  const bare = { cwd: dir, interpreter: 'none' }

  const interpreterOf = (script: string, more = {}): string | undefined =>
    declareScript(script, { cwd: dir, ...more }).services[0]?.interpreter

  expect(interpreterOf('linked')).toBe('none')
  expect(interpreterOf('text')).toBe(process.execPath)
  expect(interpreterOf('tool', { env: { PATH: join(dir, 'bin') } })).toBe('none')
  expect(interpreterOf('sh')).toBe('none')
  expect(() => declareScript('text', bare)).toThrow('expected an executable file')
  expect(() => declareScript('bin', bare)).toThrow('is a directory')
  expect(() => declareScript('api.js/x', bare)).toThrow('there is no')
})
