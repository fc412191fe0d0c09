/*
 * Stops its primary in the instant in which it is about to close its listener.
 *
 *   node stopping-its-primary.cjs <port>
 */
const { createServer, Server } = require('node:net')

const { value: close } = Object.getOwnPropertyDescriptor(Server.prototype, 'close')
Server.prototype.close = function closeLater(...of) {
  process.kill(process.ppid, 'SIGSTOP')
  return close.apply(this, of)
}
createServer().listen(Number(process.argv[2]), '127.0.0.1')
