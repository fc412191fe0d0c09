import { connect, createServer, type Server, type Socket } from 'node:net'
import { after } from './time.ts'
import type { InsideSight, LookWord } from './words.ts'

/** The line that a status stands in comes first, and is short. */
const mostRead = 1_024

/**
 * Looks at a port of this very process, and tells what it saw once.
 *
 * Workers share their ports, so whoever connects gets any of them. This one is asked through a door of its own, open
 * for one connection, which is then handed to the service's server: to the service it looks like any other of this
 * host. (`http.Server` takes connections that were accepted elsewhere:
 * https://nodejs.org/api/http.html#event-connection.)
 */
export function lookInside(
  { port, path, timeoutMs }: LookWord,
  servers: readonly Server[],
  tell: (seen: InsideSight) => void,
): void {
  const server = servers.find((one) => portOf(one) === port)
  if (server === undefined) return tell({ kind: 'elsewhere' })
  // That it answers is what a connection would have shown.
  if (path === undefined) return tell({ kind: 'listening' })
  const door = createServer({ allowHalfOpen: true }, (socket) => {
    door.close()
    server.emit('connection', socket)
  })
  door.once('error', ({ message }) => tell({ kind: 'failed', why: message }))
  door.listen({ port: 0, host: '127.0.0.1', exclusive: true }, () => {
    ask({ door: portOf(door) ?? 0, port, path, timeoutMs }, (seen) => {
      door.close()
      tell(seen)
    })
  })
}

interface Question {
  readonly door: number
  readonly port: number
  readonly path: string
  readonly timeoutMs: number
}

/** By hand: the service's own `http` may be replaced, or watched by what counts its requests. */
function ask({ door, port, path, timeoutMs }: Question, answer: (seen: InsideSight) => void): void {
  const socket: Socket = connect({ port: door, host: '127.0.0.1' })
  let text = ''
  let isOver = false
  const end = (seen: InsideSight): void => {
    if (isOver) return
    isOver = true
    cancel()
    socket.destroy()
    answer(seen)
  }
  const failed = (why: string): void => end({ kind: 'failed', why })
  const cancel = after(timeoutMs, () => failed(`GET ${path}: no answer in ${timeoutMs} ms`))
  socket.setEncoding('latin1')
  socket.on('error', ({ message }) => failed(message))
  socket.on('close', () => failed(`GET ${path}: hung up without an answer`))
  socket.on('data', (chunk: string) => {
    text += chunk
    const status = /^HTTP\/1\.[01] (\d{3})\b/.exec(text)?.[1]
    if (status !== undefined) end({ kind: 'answered', status: Number(status) })
    else if (text.length > mostRead) failed(`GET ${path}: what answered does not speak HTTP`)
  })
  const headers = `Host: 127.0.0.1:${port}\r\nUser-Agent: troupe\r\nConnection: close\r\n`
  socket.write(`GET ${path} HTTP/1.1\r\n${headers}\r\n`)
}

function portOf(server: Server): number | undefined {
  const at = server.address()
  return typeof at === 'object' && at !== null ? at.port : undefined
}
