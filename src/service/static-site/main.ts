import { createServer } from 'node:http'
import { messageOf } from '../../base/errors.ts'
import { settingsFrom } from './settings.ts'
import { answer } from './site.ts'

/** What `script: "serve"` runs: the files of a directory over HTTP. */
const read = settingsFrom(process.env)

/** A setting that is wrong does not get better by a restart (sysexits.h: EX_CONFIG). */
const configuration = 78

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

function complain(text: string): void {
  process.stderr.write(`${text}\n`)
}

if (read.kind === 'problem') {
  complain(read.why)
  process.exitCode = configuration
} else {
  const { settings } = read
  const server = createServer((request, response) => {
    answer(request, response, settings).catch((thrown: unknown) => {
      // Whoever hung up in the middle needs no answer.
      if (request.destroyed && response.headersSent) return
      complain(`${request.method} ${request.url}: ${messageOf(thrown)}`)
      if (response.headersSent) response.destroy()
      else response.writeHead(500).end()
    })
  })
  server.on('error', (error) => {
    complain(`nothing is served: ${error.message}`)
    process.exitCode = 1
  })
  server.listen(settings.port, settings.host, () => {
    const at = server.address()
    const port = typeof at === 'object' && at !== null ? at.port : settings.port
    say(`serving ${settings.path} on http://${settings.host}:${port}`)
    process.send?.('ready')
  })
  const stop = (): void => {
    server.close()
    server.closeIdleConnections()
    process.disconnect?.()
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
}
