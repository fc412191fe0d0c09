import { readFileSync, writeFileSync } from 'node:fs'
import { until } from './wait.mjs'

/** What services say of themselves: a line each time, stamped by the clock that all processes share. */
export class Ups {
  constructor(file) {
    this.file = file
    writeFileSync(file, '')
  }

  /** Every line so far: when, in ms, and what was said; a service that is up says its pid. */
  all() {
    const lines = readFileSync(this.file, 'utf8').split('\n').slice(0, -1)
    return lines.map((line) => {
      const [at, words] = line.split(' ')
      return { at: Number(at) / 1e6, words }
    })
  }

  /** Resolves with all lines once there are so many. */
  reach(count) {
    return until(`${count} lines in ${this.file}`, () => {
      const all = this.all()
      return all.length >= count && all
    })
  }

  pids() {
    return this.all().map(({ words }) => Number(words))
  }

  forget() {
    writeFileSync(this.file, '')
  }
}

/** Now, by the clock of {@link Ups}. */
export function now() {
  return Number(process.hrtime.bigint()) / 1e6
}
