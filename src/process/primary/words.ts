import type { AnswerLine, ManagerWord, NumberedWord } from '../agent/words.ts'
import type { LaunchRecord } from '../host.ts'
import type { Autonomy } from './autonomy.ts'

/** Rises when a primary of an earlier version would misread what it is told. */
export const primaryProtocol = 1

/** What a worker runs. Its interpreter is the one that runs the primary. */
export interface WorkerProgram {
  readonly execArgv: readonly string[]
  readonly script: string
  readonly args: readonly string[]
  readonly cwd: string
  /** Empty: the user of the primary. */
  readonly user: { readonly uid?: number; readonly gid?: number }
  /** Complete; the cookie is in it. */
  readonly env: Readonly<Record<string, string>>
}

/** A worker to be forked; its run directory stands already. */
export interface WorkerOrder {
  readonly record: LaunchRecord
  readonly program: WorkerProgram
  /** How workers are restarted while no manager lives; what was said last holds for all. */
  readonly autonomy: Autonomy
  /** It gets no connections while others can take them, until it is trusted. */
  readonly isHeldBack?: true
}

/** A line to a primary. Workers are named by their cookies. */
export type PrimaryLine =
  | { readonly kind: 'fork'; readonly order: WorkerOrder }
  | { readonly kind: 'tell'; readonly cookie: string; readonly word: ManagerWord }
  /** Words of this worker are listened to from now on; up to that number they were heard. */
  | ({ readonly cookie: string } & Extract<AnswerLine, { kind: 'welcome' | 'heard' }>)
  /** It gets its share of connections from now on. */
  | { readonly kind: 'trust'; readonly cookie: string }
  /** A manager asked the worker to end: it is not started again. */
  | { readonly kind: 'asked'; readonly cookie: string }
  /** Nobody will need the primary once its last worker is gone; another fork takes that back. */
  | { readonly kind: 'retire' }

/** A line of a primary. */
export type PrimaryNews =
  /** Said first. From now on nothing is restarted without a manager. */
  | { readonly kind: 'welcome'; readonly protocol: number; readonly cookies: readonly string[] }
  | { readonly kind: 'forked'; readonly cookie: string }
  | Refusal
  | ({ readonly kind: 'say'; readonly cookie: string } & NumberedWord)
  | { readonly kind: 'gone'; readonly cookie: string }
  /** Said last: orders that were not answered will not be. */
  | { readonly kind: 'leaving' }

/** No worker was forked. `errno` is there when the system said why. */
export interface Refusal {
  readonly kind: 'refused'
  readonly cookie: string
  readonly why: string
  readonly errno?: string
}

/** The variable in which a primary finds its {@link PrimaryConfig}. */
export const primaryVariable = 'TROUPE_PRIMARY'

/** What a primary is told at its start. */
export interface PrimaryConfig {
  /** Its own run directory. */
  readonly dir: string
  /** `<home>/run`. */
  readonly root: string
  readonly managerId: string
  readonly bootId: string
  readonly scheduling: 'rr' | 'none'
}
