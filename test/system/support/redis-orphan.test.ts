import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { hasOnlyOneServer } from './given-redis.ts'

const ends: [title: string, end: (owner: ChildProcess) => void][] = [
  ['tests that are killed', (owner) => owner.kill('SIGKILL')],
  ['a vitest that was killed and left its worker behind', (owner) => owner.disconnect()],
]

test.skipIf(hasOnlyOneServer).each(ends)('a server does not outlive %s', async (_title, end) => {
  const script = new URL('redis-owner.ts', import.meta.url).pathname
  const owner = spawn(process.execPath, ['--import', 'jiti/register', script], {
    stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
  })
  onTestFinished(() => void owner.kill('SIGKILL'))
  const lines = createInterface(owner.stdout as Readable)[Symbol.asyncIterator]() // It is a pipe.
  const { value: line = '' } = await lines.next()
  const [port = '', , directory = ''] = line.split(' ')
  expect(await isListening(Number(port))).toBe(true)
  expect(existsSync(directory)).toBe(true)

  end(owner)

  await eventually('nobody listens', async () => !(await isListening(Number(port))) || undefined)
  await eventually('its directory is gone', () => !existsSync(directory) || undefined)
})

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
