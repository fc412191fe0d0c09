export interface RedisOptions {
  /** Keep what was written over `kill()` and `restart()`, by an append-only file. */
  readonly persist?: boolean
  /** The text of an ACL file: one `user …` line each. */
  readonly acl?: string
  /** Speak TLS, and nothing else, with a certificate of its own. */
  readonly tls?: boolean
  /** More arguments of `redis-server`, such as `['--maxmemory', '10mb']`. */
  readonly args?: readonly string[]
}

/** A Redis that the test may freeze, kill and restart without hurting anybody else's. */
export interface TestRedis {
  /** `redis://127.0.0.1:port/0`, or `rediss://` with TLS; never holds the password of an ACL user. */
  readonly url: string
  readonly port: number
  /** Absolute path of a real `redis-cli`; run it as `execFile(redis.cli, redis.cliArgs(['GET', 'key']))`. */
  readonly cli: string
  /** With TLS: the PEM file that clients must trust (`tls: { ca }`, or `NODE_EXTRA_CA_CERTS` for a child). */
  readonly caFile: string | undefined

  /** Puts the arguments that reach this server before yours. */
  cliArgs(args: readonly string[]): string[]
  /** Runs `redis-cli` against it and resolves with what it printed, without the final newline. */
  redisCli(...args: string[]): Promise<string>
  /** Connections stay open and new ones are accepted, but nothing answers until `thaw()`. */
  freeze(): void
  thaw(): void
  /** Ends it as `kill -9` does: connections break, new ones are refused. */
  kill(): Promise<void>
  /** Starts it again on the same port, with its data only if `persist`; kills it first where needed. */
  restart(): Promise<void>
  /** Ends it and removes what it left. Calling it twice is harmless. */
  stop(): Promise<void>
}
