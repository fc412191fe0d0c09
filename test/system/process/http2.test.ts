import { once } from 'node:events'
import { type ClientHttp2Session, connect } from 'node:http2'
import { Agent, get } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { TcpProxy } from '../../support/proxy.ts'
import { selfSigned } from '../../support/redis/self-signed.ts'
import { labForEachTest, type Subject } from './lab.ts'

const lab = labForEachTest()
const script = new URL('http2.cjs', import.meta.url).pathname
const port = 21_430
const drain = { kind: 'drain', idleMs: 400, deadlineMs: 8_000 } as const
const { certificate, key } = selfSigned()

const kinds = [
  ['in the clear', [`${port}`], `http://127.0.0.1:${port}`],
  ['over TLS', [`${port}`, certificate, key], `https://127.0.0.1:${port}`],
] as const

async function listening(args: readonly string[]): Promise<Subject> {
  const one = await lab.start(lab.worker(script, { args }))
  await one.said('listening')
  return one
}

async function sessionWith(url: string): Promise<ClientHttp2Session> {
  const session = connect(url, { ca: certificate })
  onTestFinished(() => session.destroy())
  session.on('error', () => {})
  await once(session, 'connect')
  return session
}

/** What came, or why it failed: nothing is asked twice. */
function ask(session: ClientHttp2Session, path: string): Promise<string> {
  return text(session.request({ ':path': path })).catch(String)
}

const done = /^\d+ done$/

test.each(kinds)(
  'a request that is on its way when the drain begins is answered, and the last of its session (%s)',
  async (_, args, url) => {
    const one = await listening(args)
    const way = await TcpProxy.open(port)
    onTestFinished(() => way.close())
    const session = await sessionWith(url.replace(`${port}`, `${way.port}`))
    const told = once(session, 'goaway')
    const slow = ask(session, '/slow/1500')
    await ask(session, '/')

    way.freeze()
    const onItsWay = ask(session, '/')
    one.process.tell?.({ ...drain, idleMs: 5_000 })
    await one.said('draining')
    one.process.tell?.({ kind: 'message', data: 'is it draining?' })
    await one.said('message')
    await way.resume()

    expect(await onItsWay).toMatch(done)
    await told
    expect(session.closed).toBe(true)
    expect(await slow).toMatch(done)
    expect(await one.said('drained')).toMatchObject({ served: 1, forced: 0 })
    expect((await one.exited).exit).toEqual({ code: 0 })
  },
)

test.each(kinds)(
  'a client that asks nothing is told to go once it was idle, and its stream finishes (%s)',
  async (_, args, url) => {
    const one = await listening(args)
    const [busy, idle] = await Promise.all([sessionWith(url), sessionWith(url)])
    const told = Promise.all([once(busy, 'goaway'), once(idle, 'close')])
    const slow = ask(busy, '/slow/1500')
    await ask(busy, '/')
    await ask(idle, '/')

    one.process.tell?.(drain)

    await told
    expect(one.isOver()).toBe(false)
    expect(await slow).toMatch(done)
    expect(await one.said('drained')).toMatchObject({ forced: 0 })
  },
)

test('clients of HTTP/1 on a server for both are drained as ever', async () => {
  const one = await listening(kinds[1][1])
  const agent = new Agent({ keepAlive: true, ca: certificate })
  onTestFinished(() => agent.destroy())
  const answerTo = async (path: string) => {
    const [response] = (await once(get(`${kinds[1][2]}${path}`, { agent }), 'response')) as [
      IncomingMessage,
    ]
    return { connection: response.headers.connection, body: await text(response) }
  }
  await answerTo('/')
  const slow = answerTo('/slow/1000')

  one.process.tell?.(drain)
  await one.said('draining')

  expect((await slow).body).toMatch(done)
  expect(await one.said('drained')).toMatchObject({ forced: 0 })
})
