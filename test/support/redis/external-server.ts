import { TcpProxy } from '../proxy.ts'
import { findByPackage } from './find-by-package.ts'
import { findByPath } from './find-by-path.ts'
import { freePort } from './free-port.ts'
import { run } from './run.ts'
import type { RedisOptions, TestRedis } from './test-redis.ts'

const claimKey = 'troupe:test:claim'

/**
 * Uses a server that belongs to somebody else. Outages happen in a proxy before it, and data lives in a database
 * that was empty, so that losing it hurts nobody; channels are shared, because Redis knows them without databases.
 */
export async function useExternalServer(url: string, options: RedisOptions): Promise<TestRedis> {
  const { acl, tls, args } = options
  if (acl !== undefined || tls === true || args !== undefined) {
    throw new Error(
      'ACL files, TLS and arguments need a server of its own: unset TROUPE_TEST_REDIS_URL for this test',
    )
  }
  const cli = await findCli()
  const direct = new URL(url)
  direct.pathname = `/${await claimDatabase(cli, direct)}`
  const host = direct.hostname.replace(/^\[(.*)\]$/, '$1')
  const proxy = await TcpProxy.open(Number(direct.port || 6379), host, await freePort())
  return new ExternalServer(cli, direct, proxy, options.persist ?? false)
}

async function findCli(): Promise<string> {
  const { cli } = await findByPath().catch(() => findByPackage())
  return cli
}

/** Takes the first empty database, or the one that the URL names if it is empty; the claim makes it not empty. */
async function claimDatabase(cli: string, url: URL): Promise<number> {
  const named = /^\/(\d+)$/.exec(url.pathname)?.[1]
  const candidates = named === undefined ? [...Array(16).keys()] : [Number(named)]
  for (const database of candidates) {
    const claim = `if redis.call('DBSIZE') > 0 then return 0 end redis.call('SET', KEYS[1], '1') return 1`
    const target = new URL(url)
    target.pathname = `/${database}`
    if ((await run(cli, ['-u', target.href, 'EVAL', claim, '1', claimKey])).trim() === '1') {
      return database
    }
  }
  throw new Error(`TROUPE_TEST_REDIS_URL has no empty database among ${candidates.join(', ')}`)
}

class ExternalServer implements TestRedis {
  readonly port: number
  readonly url: string
  readonly cli: string
  readonly caFile = undefined
  readonly #direct: URL
  readonly #proxy: TcpProxy
  readonly #persist: boolean
  #isStopped = false

  constructor(cli: string, direct: URL, proxy: TcpProxy, persist: boolean) {
    const url = new URL(direct)
    url.hostname = '127.0.0.1'
    url.port = String(proxy.port)
    this.url = url.href
    this.port = proxy.port
    this.cli = cli
    this.#direct = direct
    this.#proxy = proxy
    this.#persist = persist
  }

  cliArgs(args: readonly string[]): string[] {
    return ['-u', this.url, ...args]
  }

  async redisCli(...args: string[]): Promise<string> {
    return (await run(this.cli, this.cliArgs(args))).trimEnd()
  }

  freeze(): void {
    this.#proxy.freeze()
  }

  thaw(): void {
    void this.#proxy.resume()
  }

  async kill(): Promise<void> {
    await this.#proxy.cut()
  }

  async restart(): Promise<void> {
    await this.kill()
    if (!this.#persist) await this.#forget(true)
    await this.#proxy.resume()
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return
    this.#isStopped = true
    await this.#proxy.close()
    await this.#forget(false)
  }

  /** Empties the database, in one step with a new claim where this test goes on. */
  async #forget(keepsClaim: boolean): Promise<void> {
    const script = `redis.call('FLUSHDB') ${keepsClaim ? `redis.call('SET', KEYS[1], '1')` : ''}`
    await run(this.cli, ['-u', this.#direct.href, 'EVAL', script, '1', claimKey])
  }
}
