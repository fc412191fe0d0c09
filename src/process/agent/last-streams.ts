/** As much of an `Http2Session` as is used here; who serves no HTTP/2 shall not load it because of that. */
export interface Session {
  readonly destroyed: boolean
  /** Says in a GOAWAY which stream was the last one; what is open finishes, and the connection ends with it. */
  close(): void
  prependListener(event: 'stream', listener: () => void): unknown
}

/**
 * Lets HTTP/2 sessions end as answers end the connections of HTTP/1: with the next request, which is answered still,
 * so that whoever asks one thing after the other is not refused. Whoever is idle too long is told without, by the drain.
 *
 * Not at once: behind a GOAWAY of Node no stream is taken any more, whatever it says of the last one (nghttp2 knows a
 * mere notice, Node has no call for it), and a request may be on its way.
 */
export class LastStreams {
  readonly #taken: () => void
  readonly #known = new WeakSet<Session>()

  /** `taken` is told of each stream. */
  constructor(taken: () => void) {
    this.#taken = taken
  }

  /** Sessions that it was told of before are passed over. */
  expect(sessions: readonly Session[]): void {
    for (const session of sessions) {
      if (this.#known.has(session)) continue
      this.#known.add(session)
      session.prependListener('stream', () => {
        this.#taken()
        session.close()
      })
    }
  }
}
