import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { TroupeError } from '../../src/base/errors.ts'
import { checkCwd, mayPass, openOutputs, resolveCommand } from '../../src/process/preflight.ts'

let home: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'troupe-preflight-'))
})
afterEach(() => rm(home, { recursive: true }))

async function makeFile(path: string, mode: number): Promise<string> {
  const file = join(home, path)
  await mkdir(join(file, '..'), { recursive: true })
  await writeFile(file, '#!/bin/sh\n')
  await chmod(file, mode)
  return file
}

const find = (command: string, path?: string): Promise<string> =>
  resolveCommand({ argv: [command], cwd: home, env: path === undefined ? {} : { PATH: path } })

test('a command with a slash is looked for from cwd, any other on the PATH of the service', async () => {
  const direct = await makeFile('bin/run', 0o755)
  const first = await makeFile('first/tool', 0o755)
  await makeFile('second/tool', 0o755)
  await makeFile('plain/tool', 0o644)
  await mkdir(join(home, 'directory/tool'), { recursive: true })

  expect(await find('./bin/run')).toBe(direct)
  expect(await find('bin/run', '/nowhere')).toBe(direct)
  expect(await find(direct)).toBe(direct)
  const path = ['none', 'plain', 'directory', 'first', 'second'].map((dir) => join(home, dir))
  expect(await find('tool', path.join(':'))).toBe(first)
  expect(await find('sh')).toMatch(/\/sh$/)
})

test.each([
  ['missing', 'cannot find the command "missing" on the PATH /nowhere'],
  ['', 'cannot find the command ""'],
  ['./missing', 'cannot run the command'],
  ['./directory', 'is not a file'],
  ['./plain', 'cannot run the command'],
])('the command %j is refused in plain words', async (command, words) => {
  await makeFile('plain', 0o644)
  await mkdir(join(home, 'directory'))

  const refusal = await find(command, '/nowhere').catch((error: unknown) => error)

  expect(refusal).toMatchObject({ code: 'E_PREFLIGHT', hint: expect.any(String) })
  expect(String(refusal)).toContain(words)
  expect(mayPass(refusal)).toBe(false)
})

test.each([
  ['missing', 'cannot enter cwd'],
  ['file', 'is not a directory'],
])('the cwd %j is refused in plain words', async (name, words) => {
  await makeFile('file', 0o644)

  await expect(checkCwd(join(home, name))).rejects.toThrow(words)
  await expect(checkCwd(home)).resolves.toBeUndefined()
})

test('log files are made with their directories, and appended to', async () => {
  const out = join(home, 'logs', 'deep', 'out.log')
  const files = { out, error: '/dev/null', pid: join(home, 'pids', 'web.pid') }

  const outputs = await openOutputs(files)
  await outputs.close()

  expect((await stat(out)).mode & 0o777).toBe(0o640 & ~process.umask())
  expect((await stat(join(home, 'pids'))).isDirectory()).toBe(true)
})

test('a log file that cannot be opened is refused, and nothing stays open', async () => {
  await makeFile('file', 0o644)
  const files = { out: join(home, 'out.log'), error: join(home, 'file', 'error.log') }

  await expect(openOutputs(files)).rejects.toMatchObject({ code: 'E_PREFLIGHT' })
})

test.each([
  { dir: 'file/deep', words: 'it is not a directory' },
  // Node's own recursive mkdir never comes back from there.
  { dir: '/proc/troupe/deep', words: 'ENOENT' },
])('a directory that cannot be made is refused: $dir', async ({ dir, words }) => {
  await makeFile('file', 0o644)

  const refusal = openOutputs({ out: join(resolve(home, dir), 'out.log'), error: '/dev/null' })

  await expect(refusal).rejects.toThrow(words)
})

test('a full disk or too many open files may pass, a mistake does not', () => {
  const failure = (code: string): TroupeError =>
    new TroupeError('E_PREFLIGHT', 'no', { cause: Object.assign(new Error('no'), { code }) })

  expect(['ENOSPC', 'EMFILE', 'EAGAIN'].map((code) => mayPass(failure(code)))).toEqual([
    true,
    true,
    true,
  ])
  expect(['ENOENT', 'EACCES'].map((code) => mayPass(failure(code)))).toEqual([false, false])
})
