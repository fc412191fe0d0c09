import { isRecord, type Link, type Options } from './link.ts'
import { type ProcessHandle } from './shapes.ts'
import { handlesOf } from './acting.ts'

/** Serves a directory, as a service: `(path, port, options, commander)`, where later ones say more. */
export async function serve(
  link: Link,
  [path = '.', port, ...said]: readonly unknown[],
): Promise<readonly ProcessHandle[]> {
  const options: Options = Object.assign({}, ...said.filter(isRecord))
  const { name, host, homepage, spa, ftp } = options
  const { basicAuthUsername: username, basicAuthPassword: password } = options
  const site = {
    path,
    port: port ?? options['port'],
    ...given({ name, host, homepage, spa, ftp }),
    ...(username === undefined ? {} : { basic_auth: { username, password } }),
  }
  return handlesOf(link, await link.declare({ static: [site] }, {}, 'restart'))
}

/** Commander's options are functions and undefined as well. */
function given(options: Options): Options {
  const said = Object.entries(options).filter(([, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value),
  )
  return Object.fromEntries(said)
}
