import { expect, test } from 'vitest'
import { TroupeError } from '../../src/base/errors.ts'
import { PatientReader } from '../../src/bus/patient-reader.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'

const settled = () => new Promise((resolve) => setImmediate(resolve))

/** A reader over a link that answers with these, one after the other. */
function given(...answers: readonly (string | Error)[]) {
  const clock = new FakeClock()
  const told: string[] = []
  const left = [...answers]
  const link = {
    isReady: true,
    command: async (): Promise<unknown> => {
      const answer = left.shift()
      if (answer instanceof Error) throw answer
      return answer
    },
    reconnect: (why: string) => {
      told.push(why)
      link.isReady = false
    },
    settled: () => told.push('settled'),
  }
  const reader = new PatientReader({ link, clock, random: () => 1 })
  const connect = () => {
    link.isReady = true
    reader.connected()
  }
  const end = new AbortController()
  const read = reader.until(end.signal)('XRANGE', 'log')
  read.catch(() => {})
  return { clock, told, link, connect, end, read }
}

test('a connection that does not answer is given up, and the next one is asked', async () => {
  const { told, connect, read } = given(new Error('Command timed out'), 'entries')

  await settled()
  expect(told).toEqual(['no answer to XRANGE: Command timed out'])
  connect()

  expect(await read).toBe('entries')
  expect(told.at(-1)).toBe('settled')
})

test('a server that is loading is asked again on the same connection, after a while', async () => {
  const { told, clock, read } = given(new Error('LOADING Redis is loading'), 'entries')

  await settled()
  clock.advance(200)

  expect(await read).toBe('entries')
  expect(told).toEqual(['settled'])
})

test('a connection that went between is not given up twice', async () => {
  const { told, link, connect, read } = given(new TroupeError('E_BUS_DOWN', 'away'), 'entries')
  link.isReady = false

  await settled()
  connect()

  expect(await read).toBe('entries')
  expect(told).toEqual(['settled'])
})

test.each(['NOPERM this user has no permissions', 'WRONGTYPE Operation', 'ERR unknown command'])(
  '%s: it is said at once',
  async (message) => {
    const { read } = given(new Error(message))

    await expect(read).rejects.toMatchObject({
      code: 'E_REJECTED',
      message: `Redis refuses XRANGE: ${message}`,
    })
  },
)

test('whoever waits for a connection is let go when its signal says so', async () => {
  const { end, read } = given(new Error('read ECONNRESET'))
  await settled()

  end.abort(new TroupeError('E_CLOSED', 'closed'))

  await expect(read).rejects.toMatchObject({ code: 'E_CLOSED' })
})
