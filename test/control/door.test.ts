import { expect, test } from 'vitest'
import { limits } from '../../src/protocol/limits.ts'
import { doorway, saidUntilEnd } from './given.ts'

const hello = { hello: { ns: 'main', host: 'a' } }

test('a message goes from one client to another, as it is', async () => {
  const door = doorway()
  const [anna, ben] = [await door.client(), await door.client()]
  const heard: string[] = []
  await ben.subscribe('troupe:main:app:api', (payload, channel) => heard.push(channel, payload))

  const count = await anna.publish('troupe:main:app:api', 'ü\n"quoted"\u2028')

  await expect.poll(() => heard).toEqual(['troupe:main:app:api', 'ü\n"quoted"\u2028'])
  expect(count).toBe(1)
})

test('a command goes to the manager, untouched, and not to those who listen', async () => {
  const door = doorway()
  const heard: string[] = []
  await door.hub.subscribe('troupe:main:cmd:svc:api', (payload) => heard.push(payload))
  const client = await door.client()

  const count = await client.publish('troupe:main:cmd:svc:api', 'restart {not json')

  expect(count).toBe(1)
  expect(door.commands).toMatchObject([
    { channel: 'troupe:main:cmd:svc:api', raw: 'restart {not json' },
  ])
  expect(heard).toEqual([])
})

test('a command learns that its sender has gone', async () => {
  const door = doorway()
  const [anna, ben] = [await door.client(), await door.client()]
  await anna.publish('troupe:main:cmd:all', 'logs follow=true')
  await ben.publish('troupe:main:cmd:all', 'logs follow=true')
  const gone = () => door.commands.map((command) => command.gone.aborted)
  expect(gone()).toEqual([false, false])

  await anna.close()

  await expect.poll(gone).toEqual([true, false])
})

test('the hub is not asked to carry for clients that have gone', async () => {
  const door = doorway()
  const client = await door.client()
  await client.subscribe('news', () => {})
  expect(await door.hub.publish('news', 'a')).toBe(1)

  await client.close()

  await expect.poll(() => door.hub.publish('news', 'b')).toBe(0)
})

// prettier-ignore
const refused: [what: string, ask: object, code: string][] = [
  ['a pattern',                     { do: 'subscribe', channel: 'troupe:main:cmd:*' },             'E_REJECTED'],
  ['a pattern for one service',     { do: 'subscribe', channel: 'troupe:main:ev:svc:*' },          'E_REJECTED'],
  ['a forged event',                { do: 'publish', channel: 'troupe:main:ev:ns', payload: '' },  'E_REJECTED'],
  ['a forged event for everyone',   { do: 'publish', channel: 'troupe:main:ev:*', payload: '' },   'E_REJECTED'],
  ['a forged sentence',             { do: 'publish', channel: 'troupe:main:say', payload: '' },    'E_REJECTED'],
  ['a message larger than on Redis', { do: 'publish', channel: 'troupe:main:app:a', payload: 'x'.repeat(limits.hardBytes + 1) }, 'E_TOO_LARGE'],
]

test.each(refused)('%s is refused, and the connection goes on', async (_, ask, code) => {
  const stream = doorway().raw()

  stream.write(`${JSON.stringify({ n: 1, ...ask })}\n`)
  stream.end(`${JSON.stringify({ do: 'publish', n: 2, channel: 'news', payload: 'on' })}\n`)

  expect(await saidUntilEnd(stream)).toEqual([
    hello,
    { n: 1, error: { code, message: expect.any(String) } },
    { n: 2, heard: 0 },
  ])
})

test('the one pattern that is served hears every event', async () => {
  const door = doorway()
  const client = await door.client()
  const heard: string[] = []
  await client.subscribe('troupe:main:ev:*', (payload) => heard.push(payload))

  await door.hub.publish('troupe:main:ev:*', '{}')

  await expect.poll(() => heard).toEqual(['{}'])
})

const large = `{"do":"publish","n":1,"channel":"news","payload":"${'x'.repeat(limits.localFrameBytes)}`

test.each([
  ['no JSON', 'GET / HTTP/1.1\n', 'E_BAD_MESSAGE'],
  ['JSON that is no frame', '[1]\n', 'E_BAD_MESSAGE'],
  ['null', 'null\n', 'E_BAD_MESSAGE'],
  ['an unknown verb', '{"do":"eval","n":1,"channel":"a"}\n', 'E_BAD_MESSAGE'],
  [
    'a payload that is no text',
    '{"do":"publish","n":1,"channel":"a","payload":{}}\n',
    'E_BAD_MESSAGE',
  ],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x0a]), 'E_BAD_MESSAGE'],
  ['a frame without an end', large, 'E_TOO_LARGE'],
])('%s gets one answer, then the door hangs up', async (_, bytes, code) => {
  const stream = doorway().raw()

  stream.write(bytes)
  stream.write(bytes)

  const said = await saidUntilEnd(stream)
  expect(said).toEqual([hello, { error: { code, message: expect.any(String) } }])
})

test('a frame may come byte by byte', async () => {
  const stream = doorway().raw()

  for (const byte of Buffer.from('{"do":"subscribe","n":7,"channel":"ü"}\n')) {
    stream.write(Buffer.of(byte))
  }
  stream.end('{"do":"subsc')

  expect(await saidUntilEnd(stream)).toEqual([hello, { n: 7 }])
})

test('who reads too slowly is cut off, and told where to resume', async () => {
  const door = doorway({ maxWaitingBytes: 100_000 })
  const stream = door.raw()
  stream.write('{"do":"subscribe","n":1,"channel":"troupe:main:ev:*"}\n')
  await expect.poll(() => door.hub.publish('troupe:main:ev:*', '{"logid":"0-1"}')).toBe(1)

  for (let at = 1; at <= 300; at += 1) {
    await door.hub.publish('troupe:main:ev:*', `{"logid":"${at}-0","text":"${'x'.repeat(1_000)}"}`)
  }
  const said = await saidUntilEnd(stream)

  const events = said.filter((frame) => JSON.stringify(frame).includes('payload'))
  const last = JSON.parse((events.at(-1) as { payload: string }).payload) as { logid: string }
  expect(events.length).toBeLessThan(200)
  expect(said.at(-1)).toEqual({
    error: { code: 'E_CLOSED', message: expect.stringContaining('read too slowly') },
    resumeAfter: last.logid,
  })
})

test('who was cut off and does not read at all is disconnected after a while', async () => {
  const door = doorway()
  const stream = door.raw()
  stream.on('error', () => {})
  stream.write('garbage\n')
  await expect.poll(() => door.clock.armed).toBe(1)

  door.clock.advance(2_000)

  expect(door.clock.armed).toBe(0)
})
