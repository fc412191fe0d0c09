import { createServer, type Socket } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { lineOf } from '../../../src/process/agent/lines.ts'
import { PrimaryLink } from '../../../src/process/primary-link.ts'
import { Switchboard } from '../../../src/process/switchboard.ts'

/** A primary that says `greeting` to whoever comes. */
async function primarySaying(greeting: object | undefined) {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-link-'))
  const path = join(dir, 'sock')
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    if (greeting !== undefined) socket.write(lineOf(greeting))
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
    rmSync(dir, { recursive: true })
  })
  const hungUp = new Promise<void>((resolve) =>
    server.on('connection', (socket) => socket.resume().on('close', () => resolve())),
  )
  return { path, hungUp }
}

test('a primary of another version is hung up on: connected, it would take itself for managed', async () => {
  const { path, hungUp } = await primarySaying({ kind: 'welcome', protocol: 99, cookies: [] })

  const opened = PrimaryLink.open(path, new Switchboard(), new AbortController().signal)

  await expect(opened).rejects.toMatchObject({
    message: expect.stringContaining('another version'),
  })
  await hungUp
})

test('so is one that does not answer, once nobody waits for it', async () => {
  const { path, hungUp } = await primarySaying(undefined)
  const giveUp = new AbortController()
  const opened = PrimaryLink.open(path, new Switchboard(), giveUp.signal)

  giveUp.abort(new Error('late'))

  await expect(opened).rejects.toThrow('late')
  await hungUp
})
