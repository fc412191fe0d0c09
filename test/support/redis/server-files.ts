import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RedisOptions } from './test-redis.ts'
import { selfSigned } from './self-signed.ts'

export interface ServerFiles {
  readonly directory: string
  readonly log: string
  readonly config: string
  readonly caFile: string | undefined
}

/** Makes a new directory with everything that a server needs to start there, except its port. */
export async function writeServerFiles(
  options: RedisOptions,
  config: readonly string[],
): Promise<ServerFiles> {
  const directory = await mkdtemp(join(tmpdir(), 'troupe-redis-'))
  const at = (name: string): string => join(directory, name)
  const lines = ['bind 127.0.0.1', `dir "${directory}"`, `logfile "${at('redis.log')}"`, ...config]
  if (options.acl !== undefined) {
    await writeFile(at('users.acl'), `${options.acl.trim()}\n`)
    lines.push(`aclfile "${at('users.acl')}"`)
  }
  if (options.tls === true) {
    const { certificate, key } = selfSigned()
    await writeFile(at('certificate.pem'), certificate)
    await writeFile(at('key.pem'), key, { mode: 0o600 })
    lines.push(`tls-cert-file "${at('certificate.pem')}"`, `tls-key-file "${at('key.pem')}"`)
    lines.push(`tls-ca-cert-file "${at('certificate.pem')}"`, 'tls-auth-clients no')
  }
  await writeFile(at('redis.conf'), `${lines.join('\n')}\n`)
  return {
    directory,
    log: at('redis.log'),
    config: at('redis.conf'),
    caFile: options.tls === true ? at('certificate.pem') : undefined,
  }
}
