/** What PM2 tells as an array of errors, beside what came of the rest. */
export class Several extends AggregateError {
  readonly result: readonly unknown[]

  constructor(errors: readonly Error[], message: string, result: readonly unknown[] = []) {
    super(errors, message)
    this.result = result
  }
}
