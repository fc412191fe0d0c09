/** A server that runs now: one life, from a start to its end. */
export interface RunningServer {
  signal(name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void
  /** Resolves once the process is gone and its port is free. */
  readonly exited: Promise<void>
}

/** Where servers come from: the PATH, Docker or a downloaded package. */
export interface RedisPrograms {
  /** Absolute path of a `redis-cli` that reaches servers on this machine's loopback. */
  readonly cli: string
  /** Starts `redis-server` with these arguments; it may write in `directory` alone, and dies with this process. */
  start(directory: string, args: readonly string[]): Promise<RunningServer>
}
