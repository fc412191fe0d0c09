/*
 * A clustered service: answers every request with its pid. `GET /end/<code>` and `GET /kill/<signal>` end it, and
 * `GET /slow/<ms>` takes its time.
 *
 *   node clustered.cjs <port> [<end by itself after ms>]
 */
const { createServer } = require('node:http')

const [port, endAfterMs] = process.argv.slice(2).map(Number)
const server = createServer((request, response) => {
  const [, verb, value] = request.url.split('/')
  if (verb === 'end') process.exit(Number(value))
  if (verb === 'kill') process.kill(process.pid, value)
  setTimeout(() => response.end(String(process.pid)), verb === 'slow' ? Number(value) : 0)
})
server.listen(port, '127.0.0.1', () => process.send('ready'))
process.on('message', (message) => {
  server.getConnections((_, open) => process.send({ echo: message, open }))
})
if (endAfterMs > 0) setTimeout(() => process.exit(9), endAfterMs)
