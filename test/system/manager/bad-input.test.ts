import { execFile } from 'node:child_process'
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import type { DeclaredApp } from '../../../src/control/declare.ts'
import { builtMain, fixture } from '../../support/built.ts'
import { eventually } from '../../support/eventually.ts'
import { tokenVariable } from '../../support/traces.ts'
import { declarationOf, startManager, type TestTroupe } from '../../support/troupe.ts'

const neighbour = { name: 'neighbour', script: 'sleep 1000' }

/** Runs `act` beside a healthy service, which must not feel it. */
async function besideANeighbour(troupe: TestTroupe, act: () => Promise<void>): Promise<void> {
  await troupe.declare({ apps: [neighbour] })
  const pid = await troupe.pidOf('neighbour')
  const manager = await troupe.managerPid()
  await act()
  expect(await troupe.view('neighbour')).toMatchObject({ state: 'online', pid, restarts: 0 })
  expect(await troupe.managerPid()).toBe(manager)
}

test('a script that is not there is refused before the manager hears of it', async () => {
  const troupe = await startManager()

  const declared = async () =>
    troupe.declare({ apps: [{ name: 'lost', script: '/nowhere/app.js' }, neighbour] })

  await expect(declared()).rejects.toMatchObject({
    code: 'E_DECLARATION',
    message: expect.stringMatching(/apps\[0\]\.script.*"\/nowhere\/app\.js"/s),
  })
  expect(await troupe.client.list()).toEqual([])
})

test('a script that vanished after it was declared is told by its end', async () => {
  const troupe = await startManager()
  await besideANeighbour(troupe, async () => {
    const script = join(troupe.home.dir, 'app.mjs')
    await writeFile(script, 'setInterval(() => {}, 1000)')
    await troupe.declare({ apps: [{ name: 'lost', script, max_restarts: 1 }] })
    await troupe.client.stop('lost')
    await rm(script)

    await troupe.client.start('lost')
    await troupe.until('lost', 'errored')

    expect(await troupe.why('lost')).toContain('given up: 1 unstable exit in a row')
    const [errored] = troupe.events('instance.errored')
    expect(errored?.data.evidence.join('\n')).toContain(`Cannot find module '${script}'`)
  })
})

/** Declares an app that was fine, breaks what it stands on, and starts it again. */
interface Breakage {
  readonly what: string
  readonly app: (dir: string) => DeclaredApp
  readonly breakIt: (dir: string) => Promise<void>
  readonly why: RegExp
  readonly hint: RegExp
}

const inDir = (dir: string): DeclaredApp => ({ name: 'broken', script: 'sleep 1000', cwd: dir })

const breakages: readonly Breakage[] = [
  {
    what: 'a cwd that is gone',
    app: inDir,
    breakIt: (dir) => rm(dir, { recursive: true }),
    why: /cannot enter cwd .*: ENOENT/,
    hint: /create the directory, or correct cwd/,
  },
  {
    what: 'a cwd that is a file',
    app: inDir,
    breakIt: async (dir) => {
      await rm(dir, { recursive: true })
      await writeFile(dir, '')
    },
    why: /cwd .* is not a directory/,
    hint: /create the directory, or correct cwd/,
  },
  {
    what: 'an interpreter that is gone',
    app: (dir) => ({
      name: 'broken',
      script: fixture('slow-to-stop.mjs'),
      interpreter: join(dir, 'sh'),
    }),
    breakIt: (dir) => rm(join(dir, 'sh')),
    why: /cannot run the command .*\/sh: ENOENT/,
    hint: /needs `chmod \+x`/,
  },
  {
    what: 'a log file that is a directory',
    app: (dir) => ({ name: 'broken', script: 'sleep 1000', out_file: join(dir, 'out.log') }),
    breakIt: async (dir) => {
      await rm(join(dir, 'out.log'))
      await mkdir(join(dir, 'out.log'))
    },
    why: /cannot write the log file .*out\.log: EISDIR/,
    hint: /correct the path in the declaration/,
  },
]

for (const each of breakages) {
  test(`${each.what}: given up at once, with what is wrong and what to do`, async () => {
    const troupe = await startManager()
    await besideANeighbour(troupe, async () => {
      const dir = join(troupe.home.dir, 'place')
      await prepare(dir)
      await troupe.declare({ apps: [each.app(dir)] })
      await troupe.client.stop('broken')
      await each.breakIt(dir)

      const { instances } = await troupe.client.start('broken')

      expect(instances).toMatchObject([{ state: 'errored', why: expect.stringMatching(each.why) }])
      const [failed] = troupe.events('instance.start_failed')
      expect(failed?.data).toMatchObject({ hint: expect.stringMatching(each.hint) })
      expect(await troupe.why('broken')).toMatch(each.hint)
    })
  })
}

/** A directory with an interpreter in it. */
async function prepare(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true })
  await writeFile(join(dir, 'sh'), '#!/bin/sh\nexec sleep 1000\n')
  await chmod(join(dir, 'sh'), 0o755)
}

const isRoot = process.getuid?.() === 0
const skipped = isRoot ? ' (skipped: nothing is closed to root)' : ''

test.skipIf(isRoot)(`a cwd that may not be entered is named${skipped}`, async () => {
  const troupe = await startManager()
  const dir = join(troupe.home.dir, 'place')
  await prepare(dir)
  await troupe.declare({ apps: [inDir(dir)] })
  await troupe.client.stop('broken')
  await chmod(dir, 0)

  const { instances } = await troupe.client.start('broken')

  expect(instances).toMatchObject([{ state: 'errored', why: expect.stringContaining('EACCES') }])
  await chmod(dir, 0o700)
})

test('a second manager of one home leaves with 69 and says who holds it', async () => {
  const troupe = await startManager()
  await besideANeighbour(troupe, async () => {
    const env = { ...process.env, TROUPE_HOME: troupe.home.dir, [tokenVariable]: troupe.token }
    const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile(process.execPath, [builtMain], { env }, (error, _, said) =>
        resolve({ code: error?.code, stderr: said }),
      )
    })

    expect(code).toBe(69)
    expect(stderr).toContain(
      `a manager lives in ${troupe.home.dir}, pid ${await troupe.managerPid()}`,
    )
    expect(stderr).toContain('use it, or stop it with: troupe kill')
  })
})

const nonsense = [
  { what: 'garbage', sent: 'GET / HTTP/1.1\r\n\r\n', said: /E_BAD_MESSAGE.*cannot be understood/ },
  {
    what: 'bytes that are no text',
    sent: `${'\u0000\u00ff'.repeat(100)}\n`,
    said: /E_BAD_MESSAGE/,
  },
  { what: 'a frame without an end', sent: 'x'.repeat(5 * 1024 * 1024), said: /E_TOO_LARGE/ },
]

for (const { what, sent, said } of nonsense) {
  test(`${what} at the door: the reason, a closed door, and nobody else notices`, async () => {
    const troupe = await startManager()
    await besideANeighbour(troupe, async () => {
      const socket = connect(troupe.home.socket)
      // The door may hang up before everything was sent.
      socket.on('error', () => {})
      socket.write(sent)

      expect(await text(socket)).toMatch(said)
      socket.destroy()
      expect(await troupe.client.ping()).toMatchObject({ pid: await troupe.managerPid() })
    })
  })
}

test('a payload on a command channel that is no command is answered, not obeyed', async () => {
  const troupe = await startManager()
  await besideANeighbour(troupe, async () => {
    const { ns, host } = troupe.client.greeting
    const socket = connect(troupe.home.socket)
    socket.on('error', () => {})
    const ask = { do: 'publish', n: 1, channel: `troupe:${ns}:cmd:host:${host}` }
    socket.write(`${JSON.stringify({ ...ask, payload: '{"op":' })}\n`)

    const rejected = await eventually('the refusal is on record', () =>
      troupe.events('command.rejected').at(0),
    )
    expect(rejected.data).toMatchObject({ reason: 'bad_message' })
    socket.destroy()
  })
})

test('a service that nobody knows is refused with the nearest name', async () => {
  const troupe = await startManager()
  await besideANeighbour(troupe, async () => {
    await expect(troupe.client.stop('neigbour')).rejects.toMatchObject({
      code: 'E_NO_SUCH_SERVICE',
      message: expect.stringMatching(/no service .*"neigbour".*did you mean "neighbour"\?/),
    })
  })
})

test('a declaration with several mistakes names all of them', async () => {
  const read = () =>
    declarationOf(
      { apps: [{ name: 'a', script: 'sleep 1', max_restarts: 1.5, min_uptime: 'soon' }] },
      '/',
    )

  expect(read).toThrow(/max_restarts: .*1\.5[\s\S]*min_uptime: .*"soon"/)
})
