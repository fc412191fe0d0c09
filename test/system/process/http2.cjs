/*
 * A clustered service that speaks HTTP/2: answers every request with its pid. `GET /slow/<ms>` begins its answer at
 * once and takes its time to end it. Messages come back.
 *
 *   node http2.cjs <port> [<PEM of a certificate> <PEM of its key>]
 */
const { createServer, createSecureServer } = require('node:http2')

const [port, cert, key] = process.argv.slice(2)
const answer = (request, response) => {
  const [, verb, value] = request.url.split('/')
  response.write(`${process.pid} `)
  setTimeout(() => response.end('done'), verb === 'slow' ? Number(value) : 0)
}
const server =
  cert === undefined
    ? createServer(answer)
    : createSecureServer({ cert, key, allowHTTP1: true }, answer)
server.listen(Number(port), '127.0.0.1')
process.on('message', (message) => process.send({ echo: message }))
