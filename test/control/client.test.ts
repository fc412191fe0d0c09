import { duplexPair } from 'node:stream'
import { expect, test } from 'vitest'
import { clientOver } from '../../src/control/client.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { doorway } from './given.ts'

test('a client knows whose door it is', async () => {
  const client = await doorway({ greeting: { ns: 'prod', host: 'web-07' } }).client()

  expect(client.greeting).toEqual({ ns: 'prod', host: 'web-07' })
})

test('a manager that accepts and stays silent is not waited for', async () => {
  const clock = new FakeClock()
  const [ours] = duplexPair()
  const client = clientOver(ours, clock)

  clock.advance(5_000)

  await expect(client).rejects.toMatchObject({ code: 'E_TIMEOUT' })
})

test('two listeners of one channel share a subscription until both have left', async () => {
  const door = doorway()
  const client = await door.client()
  const heard: string[] = []
  const [first, second] = await Promise.all([
    client.subscribe('news', (payload) => heard.push(`first ${payload}`)),
    client.subscribe('news', (payload) => heard.push(`second ${payload}`)),
  ])
  expect(await door.hub.publish('news', 'a')).toBe(1)
  await expect.poll(() => heard).toEqual(['first a', 'second a'])

  first()
  first()
  await door.hub.publish('news', 'b')
  await expect.poll(() => heard).toEqual(['first a', 'second a', 'second b'])

  second()
  await expect.poll(() => door.hub.publish('news', 'c')).toBe(0)
})

test('when the manager dies, whoever waits is told, and nothing is sent any more', async () => {
  const [ours, theirs] = duplexPair()
  theirs.resume()
  theirs.write('{"hello":{"ns":"main","host":"a"}}\n')
  const client = await clientOver(ours, new FakeClock())
  const waiting = client.publish('news', 'a')

  theirs.end()

  await expect(waiting).rejects.toMatchObject({ code: 'E_MANAGER_UNREACHABLE' })
  expect(await client.closed).toEqual({ kind: 'lost', why: 'the manager hung up' })
  await expect(client.publish('news', 'b')).rejects.toMatchObject({ code: 'E_MANAGER_UNREACHABLE' })
})

test('a client that was cut off knows where to resume', async () => {
  const [ours, theirs] = duplexPair()
  theirs.resume()
  theirs.write('{"hello":{"ns":"main","host":"a"}}\n')
  const client = await clientOver(ours, new FakeClock())

  theirs.end('{"error":{"code":"E_CLOSED","message":"read too slowly"},"resumeAfter":"7-0"}\n')

  expect(await client.closed).toEqual({ kind: 'cut', why: 'read too slowly', resumeAfter: '7-0' })
})

test('a client that closed says so to who asks it further', async () => {
  const client = await doorway().client()

  await client.close()

  await expect(client.publish('news', 'a')).rejects.toMatchObject({ code: 'E_CLOSED' })
  await expect(client.subscribe('news', () => {})).rejects.toMatchObject({ code: 'E_CLOSED' })
})

test('a listener that throws hurts nobody else', async () => {
  const door = doorway()
  const client = await door.client()
  const heard: string[] = []
  const warned = new Promise((resolve) => process.once('warning', resolve))
  await client.subscribe('news', () => {
    throw new Error('cannot bear it')
  })
  await client.subscribe('news', (payload) => heard.push(payload))

  await door.hub.publish('news', 'a')

  await expect.poll(() => heard).toEqual(['a'])
  expect(String(await warned)).toContain('a listener of news failed: cannot bear it')
})
