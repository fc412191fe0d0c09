import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { uniqueId } from '../../../src/base/ids.ts'
import { builtCli } from '../../support/built.ts'
import { eventually } from '../../support/eventually.ts'
import { bearersOf, isRunning, tokenVariable } from '../../support/traces.ts'

/** A directory with a declaration, in which `troupe run` finds a place for temporary files of its own. */
async function givenFolder(apps: readonly object[]) {
  const dir = await mkdtemp(join(tmpdir(), 'troupe-folder-'))
  const temporary = join(dir, 'tmp')
  const token = uniqueId()
  const running: ChildProcess[] = []
  await mkdir(temporary)
  await writeFile(join(dir, 'processes.json'), JSON.stringify({ apps }))
  onTestFinished(async () => {
    for (const child of running) child.kill('SIGKILL')
    for (const pid of bearersOf(token)) if (isRunning(pid)) process.kill(pid, 'SIGKILL')
    await rm(dir, { recursive: true, force: true, maxRetries: 3 })
  })

  /** Runs `troupe run …`, by itself or behind other words. */
  function run(args: readonly string[], before: readonly string[] = []) {
    const { PATH = '/usr/bin:/bin' } = process.env
    const [command = '', ...rest] = [...before, process.execPath, builtCli, 'run', ...args]
    const child = spawn(command, rest, {
      cwd: dir,
      env: { PATH, HOME: dir, TMPDIR: temporary, NO_COLOR: '1', [tokenVariable]: token },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    running.push(child)
    const said = { out: '', err: '' }
    child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()))
    const code = new Promise<number | null>((resolve) => child.on('close', resolve))
    return { child, said, code, says: (text: string) => saidIn(said, text) }
  }

  const leftovers = (): Leftovers => ({ files: readdirSync(temporary), pids: bearersOf(token) })
  return { dir, run, leftovers }
}

function saidIn(said: { readonly out: string }, text: string): Promise<true> {
  return eventually(`it says ${text}`, () => (said.out.includes(text) ? true : undefined))
}

interface Leftovers {
  readonly files: readonly string[]
  readonly pids: readonly number[]
}

async function nothingIsLeft(leftovers: () => Leftovers): Promise<void> {
  await eventually('nothing is left', () => {
    const { files, pids } = leftovers()
    if (files.length + pids.length === 0) return true
    throw new Error(JSON.stringify({ files, pids }))
  })
}

test('services run until the last has ended; every line is printed, and the code is that of the first that failed', async () => {
  const { run, leftovers } = await givenFolder([
    { name: 'one', script: 'seq 1 5000; printf end; exit 4', autorestart: false },
    { name: 'two', script: 'echo oh >&2; sleep 1; exit 5', autorestart: false },
  ])

  const { code, said } = run(['processes.json'])

  expect(await code).toBe(4)
  const numbers = Array.from({ length: 5_000 }, (_, at) => `one | ${at + 1}`)
  expect(said.out.trimEnd().split('\n')).toEqual([...numbers, 'one | end'])
  expect(said.err).toBe('two | oh\n✗ one#0 ended with code 4\n')
  await nothingIsLeft(leftovers)
})

test('a script runs alone, with its arguments and without a name before its lines', async () => {
  const { run } = await givenFolder([])

  const { code, said } = run([
    '/bin/echo',
    '--interpreter',
    'none',
    '--no-autorestart',
    '--',
    '-x',
    'y',
  ])

  expect(await code).toBe(0)
  expect(said).toEqual({ out: '-x y\n', err: '' })
})

const polite = `trap 'echo bye; exit 3' INT; echo up; while :; do sleep 0.05; done`

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s stops a service in order, and its last words and its code are heard',
  async (signal) => {
    const { run, leftovers } = await givenFolder([{ name: 'web', script: polite }])
    const { child, code, said, says } = run(['processes.json'])
    await says('up')

    child.kill(signal)

    expect(await code).toBe(3)
    expect(said.out).toBe('up\nbye\n')
    await nothingIsLeft(leftovers)
  },
)

test('asked a second time it waits for nobody', async () => {
  const deaf = { name: 'deaf', script: `trap '' INT; echo up; while :; do sleep 0.05; done` }
  const { run } = await givenFolder([{ ...deaf, kill_timeout: 600_000 }])
  const { child, code, says } = run(['processes.json'])
  await says('up')

  child.kill('SIGTERM')
  await eventually(
    'it ends',
    () => {
      if (child.exitCode !== null) return true
      child.kill('SIGTERM')
      return undefined
    },
    { everyMs: 500 },
  )

  expect(await code).toBe(137)
})

test('a run that is killed leaves no manager, no service and no file', async () => {
  const { run, leftovers } = await givenFolder([{ name: 'web', script: polite }])
  const { child, code, says } = run(['processes.json'])
  await says('up')

  child.kill('SIGKILL')

  await nothingIsLeft(leftovers)
  expect(await code).toBe(null)
})

test('the death of its manager is no end of a run', async () => {
  const { dir, run, leftovers } = await givenFolder([
    {
      name: 'web',
      script: `echo up; while [ ! -f go ]; do sleep 0.05; done; echo done; exit 6`,
      autorestart: false,
    },
  ])
  const { code, said, says } = run(['processes.json'])
  await says('up')

  const manager = managerIn(leftovers().pids)
  process.kill(manager, 'SIGKILL')
  await eventually('the next manager is there', () => {
    const next = managerIn(leftovers().pids)
    return next !== 0 && next !== manager ? true : undefined
  })
  await writeFile(join(dir, 'go'), '')

  expect(await code).toBe(6)
  expect(said.out).toBe('up\ndone\n')
  await nothingIsLeft(leftovers)
})

function managerIn(pids: readonly number[]): number {
  return pids.find((pid) => /troupe manager/.test(titleOf(pid))) ?? 0
}

function titleOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

test('what cannot be found is said, and nothing is left', async () => {
  const { run, leftovers } = await givenFolder([])

  const { code, said } = run(['nowhere.js'])

  expect(await code).toBe(1)
  expect(said.err).toContain('nowhere.js')
  await nothingIsLeft(leftovers)
})

const unshare = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child']
const canUnshare = spawnSync('unshare', [...unshare.slice(1), 'true']).status === 0

/** What the manual gives to containers whose init is a shell. */
const init = [
  '/bin/sh',
  '-c',
  `trap 'kill $!' TERM INT; "$@" & while wait $!; code=$?; kill -0 $! 2>/dev/null; do :; done; exit $code`,
  'init',
]

/** Leaves an orphan behind that ends at once, waits until it has, and counts the zombies. */
const parent = `(sh -c 'sleep 0.1 &'); sleep 0.5; cat /proc/[0-9]*/stat | grep -c ') Z '`

test.runIf(canUnshare)(
  'as pid 1 of a container it obeys SIGTERM, and the container ends with the code',
  async () => {
    const { run } = await givenFolder([{ name: 'web', script: polite }])
    const { child, code, said, says } = run(['processes.json'], unshare)
    await says('up')

    const pid = child.pid ?? 0
    const one = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'))
    process.kill(one, 'SIGTERM')

    expect(await code).toBe(3)
    expect(said.out).toBe('up\nbye\n')
    expect(said.err).toContain('Node.js as pid 1')
  },
)

test.runIf(canUnshare)(
  'under a shell as pid 1 no zombie stays, signals arrive and so does the code',
  async () => {
    const { run } = await givenFolder([{ name: 'web', script: `${parent}; ${polite}` }])
    const { child, code, said, says } = run(['processes.json'], [...unshare, ...init])
    await says('up')

    const pid = child.pid ?? 0
    const one = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'))
    process.kill(one, 'SIGTERM')

    expect(await code).toBe(3)
    expect(said).toEqual({ out: '0\nup\nbye\n', err: '✗ web#0 ended with code 3\n' })
  },
)

test('instances that have a log each say which one speaks, those of a cluster share one', async () => {
  const server = `require('node:http').createServer().listen(0, '127.0.0.1', () => console.log('up'))`
  const { dir, run } = await givenFolder([
    { name: 'pair', script: 'echo here', autorestart: false, instances: 2, exec_mode: 'fork' },
    { name: 'web', script: 'web.cjs', instances: 2 },
  ])
  await writeFile(join(dir, 'web.cjs'), server)
  const { child, code, said, says } = run(['processes.json'])
  await Promise.all(['pair#0 | here', 'pair#1 | here', 'web | up'].map(says))

  child.kill('SIGTERM')

  expect(await code).toBe(0)
  expect(said.err).toBe('')
})
