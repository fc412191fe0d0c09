import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { eventually } from '../eventually.ts'

/** Said by a server that is up, whether or not it knows us. */
const isUp = /^(\+PONG|-NOAUTH|-NOPERM|-DENIED)/

/** Resolves once the server on this loopback port answers commands. */
export async function untilAnswers(port: number, isTls: boolean): Promise<void> {
  await eventually(`Redis answers on port ${port}`, async () =>
    isUp.test(await ping(port, isTls)) ? true : undefined,
  )
}

function ping(port: number, isTls: boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    const target = { host: '127.0.0.1', port }
    // Only whether it answers matters here: clients of the tests check the certificate.
    const socket: Socket = isTls
      ? connectTls({ ...target, rejectUnauthorized: false })
      : connect(target)
    socket.setTimeout(1_000, () => socket.destroy(new Error('no answer within 1 s')))
    socket.once('error', reject)
    socket.once('close', () => resolve(''))
    socket.once('data', (answer) => {
      resolve(answer.toString())
      socket.destroy()
    })
    socket.write('PING\r\n')
  })
}
