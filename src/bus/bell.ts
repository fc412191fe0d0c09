/** Wakes whoever waits for it, now or later: ringing twice before anybody listens is ringing once. */
export class Bell {
  #hasRung = false
  #wake: () => void = () => {}

  readonly ring = (): void => {
    this.#hasRung = true
    this.#wake()
  }

  /** Resolves once it has rung since the last time. */
  async rung(): Promise<void> {
    while (!this.#hasRung) await new Promise<void>((resolve) => (this.#wake = resolve))
    this.#hasRung = false
  }
}
