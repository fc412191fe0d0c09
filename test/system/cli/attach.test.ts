import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { builtCli } from '../../support/built.ts'
import { openShell, type Shell } from '../../support/command-line.ts'
import { eventually } from '../../support/eventually.ts'

/** Answers each line, on both streams in turn. */
const parrot = `require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'bad') console.error('no ' + line); else console.log('you said ' + line)
})`

interface Attached {
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
  type(text: string): void
  said(text: string): Promise<unknown>
}

async function withParrot(...more: readonly string[]): Promise<Shell> {
  const shell = await openShell()
  writeFileSync(join(shell.dir, 'parrot.js'), parrot)
  await shell.troupe('start', 'parrot.js', ...more)
  return shell
}

/** `troupe attach …` as long as it stays. */
function attach({ dir, home }: Shell, argv: readonly string[]): Attached {
  const { PATH = '/usr/bin:/bin' } = process.env
  const env = { PATH, HOME: dir, TROUPE_HOME: home, NO_COLOR: '1' }
  const [command = '', ...args] = argv
  const child = spawn(command, args, { env, cwd: dir })
  onTestFinished(() => void child.kill('SIGKILL'))
  let heard = ''
  child.stdout.on('data', (chunk) => (heard += chunk))
  child.stderr.on('data', (chunk) => (heard += chunk))
  return {
    child,
    ended: new Promise((resolve) => child.once('exit', (code) => resolve(code))),
    type: (text) => void child.stdin.write(text),
    said: (text) => eventually(`it says ${text}`, () => (heard.includes(text) ? true : undefined)),
  }
}

const attachTo = (shell: Shell, ...words: readonly string[]): Attached =>
  attach(shell, [process.execPath, builtCli, 'attach', ...words])

async function pidOf({ troupe }: Shell): Promise<number> {
  return Number((await troupe('pid', 'parrot')).stdout)
}

test('what is typed reaches the instance, and what that says is shown, until Ctrl-C', async () => {
  const shell = await withParrot()
  const pid = await pidOf(shell)
  const attached = attachTo(shell, '0')

  attached.type('hello\nbad\n')
  await attached.said('you said hello\n')
  await attached.said('no bad\n')
  attached.child.kill('SIGINT')

  expect(await attached.ended).toBe(0)
  await attached.said('detached; parrot#0 is left as it is')
  expect(await pidOf(shell)).toBe(pid)
})

test('it goes on over the death of a manager', async () => {
  const shell = await withParrot()
  const attached = attachTo(shell, 'parrot')
  attached.type('before\n')
  await attached.said('you said before')

  const { stdout } = await shell.troupe('ping', '--json')
  process.kill((JSON.parse(stdout) as { readonly pid: number }).pid, 'SIGKILL')
  await attached.said('the manager went away, and is back')
  attached.type('after\n')

  await attached.said('you said after')
  attached.child.stdin?.end()
  expect(await attached.ended).toBe(0)
})

test('a separator takes the place of the line feed', async () => {
  const shell = await withParrot()
  const attached = attachTo(shell, 'parrot', '!\n')

  attached.type('hello\n')

  await attached.said('you said hello!')
  attached.child.stdin?.end()
  expect(await attached.ended).toBe(0)
})

test('a line that is refused is told, and is the exit code', async () => {
  const shell = await withParrot()
  const attached = attachTo(shell, 'parrot')
  await attached.said('attached')
  await shell.troupe('stop', 'parrot')

  attached.type('hello\n')

  await attached.said('parrot#0 did not get it: no process of it runs')
  attached.child.stdin?.end()
  expect(await attached.ended).toBe(1)
})

test('several instances, and workers, are not attached to', async () => {
  const { troupe } = await withParrot('-i', '2')
  await troupe('start', 'sleep 1000', '--name', 'two', '-i', '2')

  const workers = await troupe('attach', 'parrot')
  const several = await troupe('attach', 'two')

  expect(workers.stderr).toContain('parrot runs in cluster mode')
  expect(several.stderr).toContain('attach to one of them: two#0, two#1')
  expect([workers.code, several.code]).toEqual([1, 1])
})

/** Of util-linux: it runs a line on a terminal of its own. */
const terminal = '/usr/bin/script'

test.skipIf(!existsSync(terminal))(
  'on a terminal Ctrl-C leaves it, and the service stays',
  async () => {
    const shell = await withParrot()
    const pid = await pidOf(shell)
    const line = `exec ${process.execPath} ${builtCli} attach parrot`
    const attached = attach(shell, [terminal, '-qefc', line, '/dev/null'])

    await attached.said('attached')
    attached.type('hello\r')
    await attached.said('you said hello')
    attached.type('\x03')

    expect(await attached.ended).toBe(0)
    expect(await pidOf(shell)).toBe(pid)
  },
)
