/** One field that a change is about; `***` where the value is not shown. */
export interface FieldChange {
  readonly field: string
  /** Absent: it was not set. */
  readonly from?: string
  /** Absent: it is not set any more. */
  readonly to?: string
  /** A variable of the caller's shell. */
  readonly isShell?: true
}

/** One thing that `apply` does, as `plan` shows it. */
export type Change =
  | { readonly kind: 'create'; readonly service: string; readonly instances: number }
  | {
      readonly kind: 'change'
      readonly service: string
      readonly fields: readonly FieldChange[]
      /** What becomes of its processes. */
      readonly how: 'in place' | 'reload' | 'restart'
      /** Why it cannot be reloaded. */
      readonly why?: string
    }
  | { readonly kind: 'scale'; readonly service: string; readonly from: number; readonly to: number }
  /** It is as declared, and does not run. */
  | { readonly kind: 'start'; readonly service: string }
  | { readonly kind: 'remove'; readonly service: string }
  | { readonly kind: 'group'; readonly group: string; readonly strategy: string }

/** A working tree that is at another commit now; hashes are full. */
export interface SourceMove {
  readonly services: readonly string[]
  readonly root: string
  readonly from: string
  readonly to: string
  readonly subject: string
}

/** One line of a service's log. */
export interface LogLine {
  readonly service: string
  readonly slot: number
  readonly stream: 'out' | 'err'
  readonly line: string
  /** When it was read, ms since 1970; absent for lines that stood in the file before. */
  readonly at?: number
  /** Of a followed log: what to go on behind, with `after`, on another connection. */
  readonly mark?: string
}

/** A finding of `doctor`. */
export interface Finding {
  readonly about: string
  readonly verdict: 'ok' | 'warning' | 'problem'
  readonly text: string
  readonly next?: string
}

/** A line of the story that `why` tells, newest first. */
export interface StoryLine {
  /** RFC 3339. */
  readonly at: string
  readonly what: string
  readonly text: string
  readonly eventId: string
}

/** What `why` tells: how it stands in one line, and how it came to that, newest first. */
export interface Story {
  readonly subject: string
  readonly headline: string
  readonly lines: readonly StoryLine[]
}

/** What one process made of an action that it was asked for. */
export type ActionReply = {
  readonly id: number
  readonly service: string
  readonly namespace: string
  readonly slot: number
  readonly action: string
} & ActionOutcome

/** Whether a process answered to an action that it was asked for. */
export type ActionOutcome =
  /** `at`: when it answered, ms since 1970. */
  | { readonly kind: 'answered'; readonly return: unknown; readonly at: number }
  /** `why`: one sentence without a full stop. */
  | { readonly kind: 'silent'; readonly why: string }

/** A public key whose commands a host obeys; `kid` is what a signature names, `trustedAt` ms since 1970. */
export interface TrustedKeyView {
  readonly kid: string
  readonly name: string
  readonly publicKey: string
  readonly trustedAt: number
}

/** Where a log ends: what a watcher starts from (PROTOCOL §3). */
export interface Bookmark {
  readonly epoch: string
  readonly sequence: number
  readonly lastId: string
}
