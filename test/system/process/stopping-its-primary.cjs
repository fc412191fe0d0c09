/*
 * Stops its primary in the instant in which it is about to close its listener.
 *
 *   node stopping-its-primary.cjs <port>
 */
const { Server } = require('node:net')

class HasteServer extends Server {
  close(...of) {
    process.kill(process.ppid, 'SIGSTOP')
    return super.close(...of)
  }
}
new HasteServer().listen(Number(process.argv[2]), '127.0.0.1')
