import { TroupeError } from '../../base/errors.ts'
import { inheritedFrom } from '../../control/connect.ts'
import type { Call, Options } from '../call.ts'
import { readOptions } from '../declared.ts'
import { wholeNumber } from '../numbers.ts'
import { report } from '../outcome.ts'
import { openSession } from '../session.ts'

const defaultPort = 8080

/** Starts a service that serves the files of a directory; a declaration says the same with `script: "serve"`. */
export async function serve(call: Call): Promise<number> {
  const { options, place } = call
  const [path = '.', second] = call.words
  const port = wholeNumber('--port', options.port ?? second, defaultPort)
  const { declareScript } = await import('../../declaration/read.ts')
  const declaration = declareScript('serve', {
    ...readOptions(call),
    name: options.name ?? `static-page-server-${port}`,
    env: variablesFor(path, port, options),
  })
  const session = await openSession(place)
  const inherited = inheritedFrom(place.env)
  return report(
    session,
    call,
    await session.ask('declare', [], { declaration, inherited, how: 'restart' }),
  )
}

function variablesFor(path: string, port: number, options: Options): Record<string, string> {
  const { spa, ftp, host, basicAuthUsername: username, basicAuthPassword: password } = options
  if ((username === undefined) !== (password === undefined)) {
    throw new TroupeError('E_USAGE', 'a user name and a password go together', {
      hint: '--basic-auth-username <name> --basic-auth-password <password>',
    })
  }
  return {
    PM2_SERVE_PATH: path,
    PM2_SERVE_PORT: String(port),
    ...(host === undefined ? {} : { PM2_SERVE_HOST: host }),
    ...(spa === true ? { PM2_SERVE_SPA: 'true' } : {}),
    ...(ftp === true ? { PM2_SERVE_FTP: 'true' } : {}),
    ...(username === undefined || password === undefined
      ? {}
      : {
          PM2_SERVE_BASIC_AUTH: 'true',
          PM2_SERVE_BASIC_AUTH_USERNAME: username,
          PM2_SERVE_BASIC_AUTH_PASSWORD: password,
        }),
  }
}
