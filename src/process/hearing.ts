import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf } from '../base/errors.ts'

const digits = 15

/** What the number of a word says about the words before it. */
export type Hearsay =
  | { readonly kind: 'repeated' }
  | { readonly kind: 'next'; readonly lost: number }

/** Compares a word's number with the highest that was heard. */
export function judgeNumber(seq: number, heard: number): Hearsay {
  return seq <= heard ? { kind: 'repeated' } : { kind: 'next', lost: seq - heard - 1 }
}

/**
 * The number of the last word of a launch that any manager heard. It stands in the run directory (`heard`), written
 * at once, so that a manager which is killed in the middle of a conversation leaves it to the next.
 */
export class Hearing {
  readonly #path: string
  #upTo: number
  #fd: number | undefined

  constructor(dir: string) {
    this.#path = join(dir, 'heard')
    this.#upTo = read(this.#path)
  }

  get upTo(): number {
    return this.#upTo
  }

  note(seq: number): void {
    this.#upTo = seq
    try {
      this.#fd ??= openSync(this.#path, constants.O_RDWR | constants.O_CREAT, 0o600)
      writeSync(this.#fd, `${String(seq).padStart(digits, '0')}\n`, 0)
    } catch {
      // A full disk must not deafen the manager; a later one may then hear some words twice.
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
  }
}

function read(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8')) || 0
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 0
    throw error
  }
}
