// The API: tells over HTTP what the worker said last, and hands it jobs.
import { createServer } from 'node:http'
import { channels, connect } from './talk.js'

const port = Number(process.env.PORT ?? 3000)
const listener = connect('web-api')
const publisher = connect()
let lastTick = null

listener.on('ready', () => void listener.subscribe(channels.ticks).catch(() => {}))
listener.on('message', (_, message) => {
  lastTick = JSON.parse(message)
})

const server = createServer((request, response) => void answer(request, response))

async function answer(request, response) {
  const reply = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(`${JSON.stringify(body)}\n`)
  }
  if (request.method !== 'POST') {
    return reply(200, { service: 'web-api', pid: process.pid, lastTick })
  }
  // PUBLISH says how many heard it: nobody means that no worker is there.
  const heard = await publisher.publish(channels.jobs, String(Date.now())).catch(() => 0)
  reply(heard > 0 ? 202 : 503, { heard })
}

server.listen(port, '127.0.0.1', () => console.log(`web-api listens on http://127.0.0.1:${port}`))

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    server.close(() => process.exit(0))
    server.closeIdleConnections()
  })
}
