import type { PreparedLaunch, StdinRefusal } from '../process/host.ts'
import type { InstanceState, InstanceView } from '../protocol/views.ts'
import type { Event } from './instance-machine.ts'
import type { ProcessNews } from './instance-ports.ts'
import type { Role, Seat, SeatedSlot } from './seat.ts'
import type { TimerMessage } from './timers.ts'

/** The events of the machine that are somebody's wish, not news of the process. */
export type InstanceCommand = Extract<
  Event,
  { kind: 'start' | 'stop' | 'restart' | 'giveUp' | 'hasten' | 'retire' | 'reset' }
>

/** All that the actor of an instance hears. */
export type InstanceMessage =
  | {
      readonly kind: 'command'
      readonly event: InstanceCommand
      readonly by?: string
      readonly cause?: string
      /** Called once the command has led somewhere: up, down, or given up. */
      readonly done?: (view: InstanceView) => void
    }
  | TimerMessage
  | LaunchNews
  | { readonly kind: 'redeclare'; readonly slot: SeatedSlot }
  | {
      readonly kind: 'send'
      readonly what: Delivery
      readonly done: (came: Delivered) => void
    }
/** The answer to something asked for in launch number `launch`, or news of it; a stale one is dropped. */
export type LaunchNews =
  | { readonly kind: 'event'; readonly launch: number; readonly event: Event }
  | { readonly kind: 'prepared'; readonly launch: number; readonly prepared: PreparedLaunch }
  | ProcessNews

/** What can be sent to a process without asking anything of its instance. */
export type Delivery =
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'message'; readonly data: unknown }
  /** For its standard input. */
  | { readonly kind: 'text'; readonly text: string }

/** What came of it; `unheard`: there is no process, or nobody in it who listens. */
export type Delivered = 'delivered' | 'unheard' | StdinRefusal

/** Told to the service after every step: what a group's strategy reacts to. */
export interface InstanceNews {
  readonly slot: number
  readonly seat: Seat
  readonly role: Role
  readonly state: InstanceState
  readonly why: string
  /** Connections that it had to cut off, once it has ended. */
  readonly forced: number
  /** The process ended although nobody had asked for it, and is to be started again or was given up. */
  readonly hasFailed: boolean
  /** It is online, and what is declared for that is still done. */
  readonly isSettling: boolean
  readonly cause: string | undefined
}
