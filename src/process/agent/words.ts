/*
 * What a service and its manager say to each other through the agent. This folder is compiled twice: to CommonJS
 * for the services, and to ES modules for the manager and the primary. It imports nothing but Node itself.
 */

/** What an agent says. */
export type AgentWord = SpokenWord | SightWord

/** What a service says of itself. */
export type SpokenWord =
  /** `process.send('ready')`. */
  | { readonly kind: 'ready' }
  /** It accepts connections; `address` is absent when that is any. */
  | { readonly kind: 'listening'; readonly address?: string; readonly port: number }
  /** Anything else that went through `process.send`. */
  | { readonly kind: 'message'; readonly data: unknown }
  /** It takes no new work any more. */
  | { readonly kind: 'draining' }
  /** It is about to end; `forced` counts the connections that were cut off, `served` the requests of the drain. */
  | { readonly kind: 'drained'; readonly served?: number; readonly forced: number }
  /** So many words were lost before this one: nobody heard them in time, and the queue is bounded. */
  | { readonly kind: 'lost'; readonly count: number }

/** What a manager says to a service. */
export type ManagerWord =
  /** Arrives as `process.on('message')`. */
  { readonly kind: 'message'; readonly data: unknown } | DrainWord | LookWord

/** Finish what was begun, take nothing new, then end. */
export interface DrainWord {
  readonly kind: 'drain'
  /** Connections that were idle this long are closed. */
  readonly idleMs: number
  /** When this is over, connections that are still open are cut off. */
  readonly deadlineMs: number
  /** Sent to itself at the end by a service that listens for it, so that it can tidy up; otherwise it just exits. */
  readonly signal?: NodeJS.Signals
}

/** Look at the port of your own: from outside any worker of the service might answer. Its answer is a {@link SightWord}. */
export interface LookWord {
  readonly kind: 'look'
  readonly id: number
  readonly port: number
  /** Asked for over HTTP; absent: that it listens there is enough. */
  readonly path?: string
  readonly timeoutMs: number
}

/** What a worker found where it was told to look. */
export interface SightWord {
  readonly kind: 'sight'
  /** Of the look. */
  readonly id: number
  readonly seen: InsideSight
}

/** See {@link SightWord}. */
export type InsideSight =
  | { readonly kind: 'listening' }
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'failed'; readonly why: string }
  /** It does not listen there itself. */
  | { readonly kind: 'elsewhere' }

/** A word with its number in the life of one launch: a gap tells of lost words, a repetition of a lost answer. */
export interface NumberedWord {
  readonly seq: number
  readonly word: AgentWord
}

/** A line of an agent. */
export type AgentLine =
  | { readonly kind: 'hello'; readonly cookie: string; readonly pid: number }
  | ({ readonly kind: 'say' } & NumberedWord)

/** A line to an agent. */
export type AnswerLine =
  /** Nothing is said before it: up to that number everything was heard, by this manager or one before it. */
  | { readonly kind: 'welcome'; readonly heard: number }
  | { readonly kind: 'heard'; readonly upTo: number }
  | { readonly kind: 'tell'; readonly word: ManagerWord }

/** How `process.send(message)` reaches a supervisor. */
export function wordOf(message: unknown): AgentWord {
  return message === 'ready' ? { kind: 'ready' } : { kind: 'message', data: message }
}
