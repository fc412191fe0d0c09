import { once } from 'node:events'
import { connect, createServer, type Socket, type AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { TcpProxy } from '../../support/proxy.ts'

test('bytes pass both ways', async () => {
  const { proxy } = await given()
  const client = await connected(proxy)

  client.write('hello')

  expect(await nextText(client)).toBe('hello')
})

test('what is written during a freeze arrives after it, whole and in order', async () => {
  const { proxy, heard } = await given()
  const old = await connected(proxy)
  old.write('before')
  await nextText(old)

  proxy.freeze()
  old.write(' during')
  const late = await connected(proxy)
  late.write(' late')
  // A witness: the server itself works, and hears who goes another way.
  const other = await connected(await TcpProxy.open(proxy.targetPort))
  other.write(' beside')
  await nextText(other)
  expect(heard()).toBe('before beside')

  await proxy.resume()
  expect(await nextText(old)).toBe(' during')
  expect(await nextText(late)).toBe(' late')
})

test('a cut breaks connections and refuses new ones, until the proxy resumes on its port', async () => {
  const { proxy } = await given()
  const client = await connected(proxy)
  client.write('hello')
  await nextText(client)
  const broken = once(client, 'error')

  await proxy.cut()

  expect(await broken).toMatchObject([{ code: 'ECONNRESET' }])
  await expect(connected(proxy)).rejects.toMatchObject({ code: 'ECONNREFUSED' })

  await proxy.resume()
  const next = await connected(proxy)
  next.write('again')
  expect(await nextText(next)).toBe('again')
})

async function given(): Promise<{ proxy: TcpProxy; heard: () => string }> {
  let heard = ''
  const echo = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      heard += bytes.toString()
      socket.write(bytes)
    })
  }).listen(0, '127.0.0.1')
  await once(echo, 'listening')
  const proxy = await TcpProxy.open((echo.address() as AddressInfo).port)
  onTestFinished(async () => {
    await proxy.close()
    echo.close()
  })
  return { proxy, heard: () => heard }
}

async function connected(proxy: TcpProxy): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

async function nextText(socket: Socket): Promise<string> {
  const [bytes] = (await once(socket, 'data')) as [Buffer]
  return bytes.toString()
}
