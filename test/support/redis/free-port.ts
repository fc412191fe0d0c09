import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** A Cluster node talks to its peers there. */
const clusterBusOffset = 10_000

/**
 * Finds a free loopback port below the range that the kernel hands to outgoing connections. A client that
 * reconnects to a killed server there could otherwise be given that very port and reach itself.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_240, 22_000)
    if ((await isFree(port)) && (await isFree(port + clusterBusOffset))) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
