import { Several } from './several.ts'

/** Node's kind of callback. */
export type Callback<T> = (error: Error | readonly Error[] | null, result?: T) => void

/** Runs calls one after the other, as PM2's do, and tells each of its callers what came of it. */
export class Calls {
  #last: Promise<unknown> = Promise.resolve()

  /** @param done an error that it throws is the caller's own: it is thrown where nobody catches it */
  run<T>(work: () => Promise<T>, done: Callback<T> | undefined): void {
    this.#last = this.#last.then(async () => {
      const answer = await outcomeOf(work)
      // Behind the promise, whose rejection a throw would become otherwise.
      process.nextTick(() => done?.(answer.error, answer.result))
    })
  }
}

async function outcomeOf<T>(
  work: () => Promise<T>,
): Promise<{ readonly error: Error | readonly Error[] | null; readonly result?: T }> {
  try {
    return { error: null, result: await work() }
  } catch (thrown) {
    if (!(thrown instanceof Several)) return { error: errorOf(thrown) }
    // Only calls that answer a list throw several: what they answer stands beside their errors.
    return { error: thrown.errors.map(errorOf), result: thrown.result as T }
  }
}

function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}

/** The callback is whatever function stands last. */
export function split<T>(rest: readonly unknown[]): {
  readonly options: readonly unknown[]
  readonly done: Callback<T> | undefined
} {
  const at = rest.findIndex((each) => typeof each === 'function')
  if (at === -1) return { options: rest, done: undefined }
  return { options: rest.slice(0, at), done: rest[at] as Callback<T> }
}
