import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { agentFile } from '../../../src/process/built-file.ts'
import { withinReach } from '../../../src/process/reach.ts'
import { labForEachTest, node } from './lab.ts'

const lab = labForEachTest()
const user = { uid: 54_321, gid: 54_321 }
const who = 'the user 54321 in group 54321'

/** Whether that user gets to a file of this folder, wherever it lies. */
function isReadable(path: string): boolean {
  if (process.getuid?.() !== 0) return false
  const { status } = spawnSync('/bin/sh', ['-c', '[ -r "$1" ]', 'sh', path], { ...user, cwd: '/' })
  return status === 0
}

/** A file where everybody can read it, which is not said of this folder. */
async function openFile(
  text: string,
  { ofDirectory = 0o755, ofFile = 0o755 } = {},
): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'troupe-open-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  await chmod(root, 0o755)
  const dir = join(root, 'bin')
  await mkdir(dir)
  const path = join(dir, 'run.cjs')
  await writeFile(path, text)
  await chmod(path, ofFile)
  await chmod(dir, ofDirectory)
  return path
}

describe.skipIf(process.getuid?.() !== 0)('a process of another user', () => {
  test('that is a worker is who it is declared to be, whoever primary and siblings are', async () => {
    const script = await openFile(`
      process.send([process.getuid(), process.getgid(), process.getgroups()])
      setInterval(() => {}, 1000)`)

    const theirs = await lab.start(lab.worker(script, { cwd: '/', user }))
    const ours = await lab.start(lab.worker(script, { slot: 1, cwd: '/' }))

    expect((await theirs.said('message')).data).toEqual([54_321, 54_321, [54_321]])
    expect((await ours.said('message')).data).toMatchObject([0, 0, {}])
  })

  test('can have a group alone', async () => {
    const code = 'console.log(process.getuid(), process.getgid())'
    const subject = await lab.launch([node, '-e', code], { cwd: '/', user: { gid: 54_321 } })
    await subject.exited

    expect(await subject.out()).toBe('0 54321\n')
  })

  // prettier-ignore
  const refused: [string, { ofDirectory?: number; ofFile?: number }][] = [
    ['is for its owner',                   { ofFile: 0o700 }],
    ['is in a directory for its owner',    { ofDirectory: 0o700 }],
    ['nobody may run',                     { ofFile: 0o644 }],
  ]

  test.each(refused)('is refused a program that %s, and root is not', async (_, modes) => {
    const program = await openFile('', modes)
    const order = lab.order([program], { cwd: '/' })

    await expect(withinReach({ ...order, user }, program)).rejects.toMatchObject({
      code: 'E_PREFLIGHT',
      message: `${who} cannot run ${program}`,
    })
    expect(await withinReach(order, program)).toBe(order)
  })

  test('is refused a directory that it cannot enter', async () => {
    const launch = lab.launch([node, '-e', ''], { user })

    await expect(launch).rejects.toThrow(`${who} cannot enter cwd ${lab.home}`)
  })

  test.runIf(isReadable(agentFile))('keeps an agent that it can load', async () => {
    const order = lab.order([node, '-e', ''], { cwd: '/', user, agent: true })

    expect(await withinReach(order, node)).toBe(order)
  })

  test.runIf(isReadable(agentFile))(
    'is heard in fork mode, by the next manager as well',
    async () => {
      const script = await openFile(`
      process.on('message', (message) => process.send({ heard: message, as: process.getuid() }))
      process.send('ready')`)
      const order = lab.order([node, script], { cwd: '/', user, agent: true })

      const first = await lab.start(order)
      await first.said('ready')
      await lab.host.close()
      await lab.reopen()
      const [found] = await lab.host.survey()
      if (found === undefined) throw new Error('nothing was found')
      const next = await lab.adopt(found)
      const tell = () => next.process.tell?.({ kind: 'message', data: 1 })
      await expect.poll(tell, { timeout: 5_000 }).toBe(true)

      expect((await next.said('message')).data).toEqual({ heard: 1, as: 54_321 })
    },
  )

  test('is started without an agent that it could not load', async () => {
    const order = lab.order([node, '-e', ''], { cwd: '/', user, agent: true })
    await chmod(agentFile, 0o600)
    onTestFinished(() => chmod(agentFile, 0o644))

    const reached = await withinReach(order, node)
    const subject = await lab.start(order)

    expect(reached).toEqual({ ...order, agent: false })
    expect((await subject.exited).exit).toEqual({ code: 0 })
  })

  test('that waits for what only the agent can say is refused without it', async () => {
    const order = lab.order([node, '-e', ''], { cwd: '/', user, agent: true, isAwaited: true })
    await chmod(agentFile, 0o600)
    onTestFinished(() => chmod(agentFile, 0o644))

    await expect(withinReach(order, node)).rejects.toThrow('cannot read the agent')
  })
})
