import { afterEach, expect, test } from 'vitest'
import { TroupeError } from '../../src/base/errors.ts'
import type { Carrier } from '../../src/bus/carrier.ts'

/** What every carrier must do; called once per implementation. `open` makes a carrier among strangers. */
export function conformsToCarrier(open: () => Promise<Carrier>): void {
  const carriers: Carrier[] = []
  const opened = async () => {
    const carrier = await open()
    carriers.push(carrier)
    return carrier
  }

  afterEach(async () => {
    await Promise.all(carriers.splice(0).map((carrier) => carrier.close()))
  })

  test('a subscriber hears what is published after it subscribed, in order', async () => {
    const carrier = await opened()
    const heard: string[] = []
    await carrier.publish('news', 'too early')
    await carrier.subscribe('news', (payload) => heard.push(payload))

    const sent = Array.from({ length: 100 }, (_, n) => String(n))
    await Promise.all(sent.map((payload) => carrier.publish('news', payload)))

    await expect.poll(() => heard).toEqual(sent)
  })

  test('a subscriber hears its own channels only, and is told which', async () => {
    const carrier = await opened()
    const heard: string[] = []
    for (const channel of ['a', 'b']) {
      await carrier.subscribe(channel, (payload, on) => heard.push(`${on}: ${payload}`))
    }

    await carrier.publish('a', '1')
    await carrier.publish('ab', '2')
    await carrier.publish('a*', '3')
    await carrier.publish('b', '4')

    await expect.poll(() => heard).toEqual(['a: 1', 'b: 4'])
  })

  test('two subscribers of a channel both hear', async () => {
    const carrier = await opened()
    const heard: string[] = []
    await Promise.all([
      carrier.subscribe('news', (payload) => heard.push(`one ${payload}`)),
      carrier.subscribe('news', (payload) => heard.push(`two ${payload}`)),
    ])

    await carrier.publish('news', 'a')

    await expect.poll(() => heard.toSorted()).toEqual(['one a', 'two a'])
  })

  test('a cancelled subscriber hears nothing more, and may cancel twice', async () => {
    const carrier = await opened()
    const heard: string[] = []
    const witness: string[] = []
    const hear = (payload: string) => heard.push(payload)
    const cancel = await carrier.subscribe('news', hear)
    await carrier.subscribe('news', (payload) => witness.push(payload))

    cancel()
    cancel()
    await carrier.publish('news', 'a')

    await expect.poll(() => witness).toEqual(['a'])
    expect(heard).toEqual([])
  })

  test('the same function may listen twice and leave once', async () => {
    const carrier = await opened()
    const heard: string[] = []
    const hear = (payload: string) => heard.push(payload)
    const cancel = await carrier.subscribe('news', hear)
    await carrier.subscribe('news', hear)

    await carrier.publish('news', 'a')
    await expect.poll(() => heard).toEqual(['a', 'a'])
    cancel()
    await carrier.publish('news', 'b')

    await expect.poll(() => heard).toEqual(['a', 'a', 'b'])
  })

  test('a channel can be left and joined again', async () => {
    const carrier = await opened()
    const heard: string[] = []
    const cancel = await carrier.subscribe('news', (payload) => heard.push(`first ${payload}`))

    cancel()
    await carrier.subscribe('news', (payload) => heard.push(`second ${payload}`))
    cancel()
    await carrier.publish('news', 'a')

    await expect.poll(() => heard).toEqual(['second a'])
  })

  test('the publisher learns whether anybody heard', async () => {
    const carrier = await opened()
    const cancel = await carrier.subscribe('news', () => {})

    expect(await carrier.publish('news', 'a')).toBeGreaterThan(0)
    expect(await carrier.publish('olds', 'a')).toBe(0)
    cancel()
    await expect.poll(() => carrier.publish('news', 'b')).toBe(0)
  })

  test('a subscriber that throws hurts nobody', async () => {
    const carrier = await opened()
    const heard: string[] = []
    await carrier.subscribe('news', () => {
      throw new Error('mine')
    })
    await carrier.subscribe('news', (payload) => heard.push(payload))

    await carrier.publish('news', 'a')
    await carrier.publish('news', 'b')

    await expect.poll(() => heard).toEqual(['a', 'b'])
  })

  test.each([
    ['nothing', ''],
    ['other alphabets', 'grüße, 你好, 🦔, \u202e'],
    ['line ends and quotes', '{"a":"\\n"}\r\n\t"\'\0'],
    ['64 KiB', 'é'.repeat(32 * 1024)],
  ])('%s arrives unchanged', async (_, payload) => {
    const carrier = await opened()
    const heard: string[] = []
    await carrier.subscribe('news', (text) => heard.push(text))

    await carrier.publish('news', payload)

    await expect.poll(() => heard).toEqual([payload])
  })

  test('a closed carrier is silent, says so, and may be closed twice', async () => {
    const carrier = await opened()
    const heard: string[] = []
    await carrier.subscribe('news', (payload) => heard.push(payload))

    await carrier.close()
    await carrier.close()

    const isClosed = (error: unknown) => TroupeError.is(error, 'E_CLOSED')
    await expect(carrier.publish('news', 'a')).rejects.toSatisfy(isClosed)
    await expect(carrier.subscribe('news', () => {})).rejects.toSatisfy(isClosed)
    expect(heard).toEqual([])
  })
}
