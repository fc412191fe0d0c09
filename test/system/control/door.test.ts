import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { setImmediate as aTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openClient } from '../../../src/control/client.ts'
import { homeAt } from '../../../src/control/home.ts'
import { limits } from '../../../src/protocol/limits.ts'
import { saidUntilEnd } from '../../control/given.ts'
import { freshHome, openHome } from './given.ts'

const modeOf = async (path: string) => (await stat(path)).mode & 0o777

test('the socket is for its user alone, in a home for its user alone', async () => {
  const home = await freshHome()
  await mkdir(home.dir, { mode: 0o755 })

  await openHome(home)

  expect(await modeOf(home.socket)).toBe(0o600)
  expect(await modeOf(home.dir)).toBe(0o700)
  expect((await readFile(home.pidFile, 'utf8')).split('\n')[0]).toBe(String(process.pid))
})

test('a socket file left behind by a dead manager is replaced, and removed in the end', async () => {
  const home = await freshHome()
  await mkdir(home.dir, { mode: 0o700 })
  await writeFile(home.socket, '')
  await expect(openClient(home.socket)).rejects.toMatchObject({
    code: 'E_MANAGER_UNREACHABLE',
    cause: { code: 'ECONNREFUSED' },
  })

  const { close } = await openHome(home)
  const client = await openClient(home.socket)
  expect(client.greeting).toEqual({ ns: 'main', host: 'a' })

  await close()
  expect(await readdir(home.dir)).toEqual([])
})

test('replies that were sent before the door closes arrive', async () => {
  const home = await freshHome()
  const { hub, close } = await openHome(home)
  const client = await openClient(home.socket)
  const heard: string[] = []
  await client.subscribe('troupe:main:re:me', (payload) => heard.push(payload))

  await hub.publish('troupe:main:re:me', 'x'.repeat(4_000_000))
  await hub.publish('troupe:main:re:me', 'done')
  await close()

  expect((await client.closed).kind).toBe('lost')
  expect(heard.map(({ length }) => length)).toEqual([4_000_000, 4])
})

test('a home whose path is too long for a socket works the same', async () => {
  const home = await freshHome('long'.repeat(30))
  await openHome(home)

  const client = await openClient(homeAt(home.dir).socket)

  expect(await client.publish('troupe:main:cmd:all', 'ping')).toBe(1)
  expect(await modeOf(dirname(home.socket))).toBe(0o700)
  await client.close()
})

test('a client does not trust a socket where others may put one', async () => {
  const home = await freshHome()
  await openHome(home)
  await chmod(home.dir, 0o777)

  await expect(openClient(home.socket)).rejects.toMatchObject({
    code: 'E_CONFIG',
    message: expect.stringContaining('others may write to'),
  })
})

test('a home may be a link of ours', async () => {
  const home = await freshHome()
  await openHome(home)
  const link = join(dirname(home.dir), 'link')
  await symlink(home.dir, link)

  const client = await openClient(homeAt(link).socket)

  expect(client.greeting.host).toBe('a')
  await client.close()
})

test('a frame that never ends gets its answer while it is still being sent', async () => {
  const home = await freshHome()
  await openHome(home)
  const socket = connect(home.socket)
  const flood = Buffer.alloc(1024 * 1024, 'x')
  const pour = (): void => {
    while (socket.writable && socket.write(flood));
  }
  socket.on('drain', pour)
  pour()

  const said = await saidUntilEnd(socket)

  expect(said.at(-1)).toMatchObject({ error: { code: 'E_TOO_LARGE' } })
  expect(socket.bytesWritten).toBeGreaterThan(limits.localFrameBytes)
})

test('a client that stops reading is cut off, and hinders nobody', async () => {
  const home = await freshHome()
  const { hub } = await openHome(home, { maxWaitingBytes: 256 * 1024 })
  const sleeper = connect(home.socket)
  sleeper.write('{"do":"subscribe","n":1,"channel":"troupe:main:ev:*"}\n')
  const client = await openClient(home.socket)
  let heard = 0
  await client.subscribe('troupe:main:ev:*', () => (heard += 1))
  await expect.poll(() => hub.publish('troupe:main:ev:*', '{"logid":"0-0"}')).toBe(2)
  const before = heard

  let sent = 1
  const event = () => `{"logid":"${sent}-0","x":"${'x'.repeat(2_000)}"}`
  while ((await hub.publish('troupe:main:ev:*', event())) === 2) {
    sent += 1
    await aTurn()
  }
  const said = await saidUntilEnd(sleeper)

  const last = said.at(-2) as { payload: string }
  expect(said.at(-1)).toMatchObject({
    error: { code: 'E_CLOSED' },
    resumeAfter: (JSON.parse(last.payload) as { logid: string }).logid,
  })
  await expect.poll(() => heard - before).toBeGreaterThanOrEqual(sent)
  expect(await client.publish('troupe:main:cmd:all', 'ping')).toBe(1)
  await client.close()
})

test('a client that is killed leaves nothing behind', async () => {
  const home = await freshHome()
  const { hub, commands } = await openHome(home)
  const client = connect(home.socket)
  client.write('{"do":"subscribe","n":1,"channel":"news"}\n')
  client.write('{"do":"publish","n":2,"channel":"troupe:main:cmd:all","payload":"logs"}\n')
  await expect.poll(() => commands.length).toBe(1)

  client.destroy()

  await expect.poll(() => commands[0]?.gone.aborted).toBe(true)
  expect(await hub.publish('news', 'a')).toBe(0)
})
