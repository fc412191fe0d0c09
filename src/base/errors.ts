/** Every code a caller may switch on. Codes are API: add freely, never rename. */
export type ErrorCode =
  | 'E_USAGE'
  | 'E_DECLARATION'
  | 'E_NO_SUCH_SERVICE'
  | 'E_NO_SUCH_OPERATION'
  | 'E_ALREADY_RUNNING'
  | 'E_PREFLIGHT'
  | 'E_SPAWN'
  | 'E_TIMEOUT'
  | 'E_RELOADING'
  | 'E_REJECTED'
  | 'E_FAILED'
  | 'E_BUSY'
  | 'E_MANAGER_UNREACHABLE'
  | 'E_MANAGER_LOCKED'
  | 'E_BUS_DOWN'
  | 'E_TOO_LARGE'
  | 'E_BAD_MESSAGE'
  | 'E_NOT_YET'
  | 'E_CONFIG'
  | 'E_KEY'
  | 'E_CLOSED'

/**
 * The base of every error this package throws on purpose.
 *
 * The message says what was attempted and what stopped it, in one line a person
 * can act on; `hint` says what to do next. Anything else thrown is a bug.
 */
export class TroupeError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.name = new.target.name
    this.code = code
    this.hint = options.hint
  }

  /** Survives the wire and two copies of the package, unlike `instanceof`. An `ENOENT` of Node is none. */
  static is(value: unknown, code?: ErrorCode): value is TroupeError {
    if (!(value instanceof Error) || !('code' in value)) return false
    return code === undefined ? String(value.code).startsWith('E_') : value.code === code
  }
}

/** What a caught value says, whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** The `errno` name of a system error (`ENOENT`), if it is one. */
export function errnoOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined
  return typeof thrown.code === 'string' ? thrown.code : undefined
}
