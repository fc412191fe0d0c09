import type { Amendment } from '../declaration/amendment.ts'
import type { Declaration } from '../declaration/service.ts'
import type {
  ActionReply,
  Change,
  SourceMove,
  LogLine,
  Finding,
  Story,
  TrustedKeyView,
  Bookmark,
} from './answers.ts'
import type { LifecycleEvent } from './envelope.ts'
import type { FleetHost, HostView, InstanceView, ServiceView, WatchView } from './views.ts'
import type { HostAnswer } from './replies.ts'

/** Services named by a command; none means the one its channel addresses. `slot` picks one instance. */
export interface ServiceTarget {
  /** A name, `all`, a numeric id, `/regex/` or a namespace: resolved by the receiver in that order. */
  readonly name: string
  readonly slot?: number
}

/** The instances as they are after a verb has acted on them. */
export interface Acted {
  readonly instances: readonly InstanceView[]
  /** What the caller should know, one sentence each. */
  readonly notes?: readonly string[]
}

/** What a declaration file comes to, once all of it was read, checked and expanded. */
export interface Declared {
  readonly declaration: Declaration
  /** What the caller's shell had set: the layer below the declared environment. */
  readonly inherited: Readonly<Record<string, string>>
}

/** What `pull`, `forward` and `backward` did to each repository, and to those who run from it. */
export interface Updated extends Acted {
  readonly moves: readonly SourceMove[]
}

/**
 * Every verb that crosses a boundary: what it takes and what it answers.
 *
 * The dispatcher's handlers, the command line and the library derive from this one
 * interface, so a new verb does not compile until each of them knows it.
 */
export interface Operations {
  ping: { params: Nothing; result: HostView }
  help: { params: Nothing; result: { readonly text: string } }
  /** The hosts of the fleet; `now` is the time of Redis, ms since 1970. */
  hosts: {
    params: Nothing
    result: { readonly hosts: readonly FleetHost[]; readonly now: number }
  }
  /** Publishes a command for other hosts and gathers what they make of it; each last word comes as progress at once. */
  relay: {
    params: {
      /** A command channel of this namespace. */
      readonly channel: string
      /** The command in JSON, signed or not; it is published as it is. */
      readonly raw: string
      /** Its id. */
      readonly id: string
      /** From whom an answer is expected. */
      readonly hosts: readonly string[]
      /** How long those that accepted it may take; by default ten minutes. */
      readonly deadline?: string
    }
    result: { readonly replies: readonly HostAnswer[] }
  }
  status: {
    params: Nothing
    result: { readonly host: HostView; readonly instances: readonly InstanceView[] }
  }
  describe: { params: Nothing; result: { readonly services: readonly ServiceView[] } }
  start: { params: Nothing; result: Acted }
  stop: { params: { readonly grace?: string }; result: Acted }
  restart: { params: { readonly grace?: string }; result: Acted }
  /** Replaces processes one at a time, and keeps the old ones where the new ones fail. */
  reload: { params: Nothing; result: Acted }
  /** Makes the number of instances `4`, or changes it by `+2` or `-1`. */
  scale: { params: { readonly to: string }; result: Acted }
  /** Forgets failures and restarts. */
  reset: { params: Nothing; result: Acted }
  /** Sends a signal to the main process of each instance. */
  signal: { params: { readonly signal: string }; result: Acted }
  /** Sends a message to each instance: it arrives as `process.on('message')`. */
  send: { params: { readonly data: unknown }; result: Acted }
  /** Writes a line to the standard input of each instance, with a line feed behind it unless `separator` says what. */
  stdin: { params: { readonly line: string; readonly separator?: string }; result: Acted }
  /** Asks each instance for an action that it offers, and waits for its answer; `deadline` is 30s where nobody says. */
  trigger: {
    params: {
      readonly action: string
      /** For the action, whatever it takes. */
      readonly params?: unknown
      readonly deadline?: string
    }
    result: { readonly replies: readonly ActionReply[] }
  }
  /** Fetches the source of services and fast-forwards it, or goes to a commit; runs `post_update` and reloads. */
  pull: { params: { readonly commit?: string }; result: Updated }
  /** The same, to the next commit that is known here. */
  forward: { params: Nothing; result: Updated }
  /** The same, to the commit before. */
  backward: { params: Nothing; result: Updated }
  delete: { params: { readonly grace?: string }; result: Acted }
  /** Makes the declared services what should run, and starts them. */
  declare: {
    params: Declared & {
      /**
       * What becomes of services that run already. `start`: those whose declaration changed are restarted;
       * `restart`: all are; `reload`: all are, one process at a time, and keep what they had if that fails.
       */
      readonly how?: 'start' | 'restart' | 'reload'
      /** How long a process that is restarted may take to end. */
      readonly grace?: string
    }
    result: Acted
  }
  /** Puts variables of the caller's shell over those that services had of it, and brings the services along. */
  inherit: {
    params: {
      readonly inherited: Readonly<Record<string, string>>
      /** What else changes; it holds until the services are declared again. */
      readonly fields?: Amendment
      readonly how?: 'restart' | 'reload'
      /** How long a process that is restarted may take to end. */
      readonly grace?: string
    }
    result: Acted
  }
  /** What `apply` would do. */
  plan: {
    params: Declared & {
      /** Services of the same file that it names no more are removed. */
      readonly prune?: boolean
    }
    result: { readonly changes: readonly Change[]; readonly digest: string }
  }
  /** Makes what is declared so, and touches nothing that is so already. */
  apply: {
    params: Declared & {
      readonly prune?: boolean
      /** Of the plan that was looked at: refused where another one holds by now. */
      readonly digest?: string
    }
    result: Acted & { readonly changes: readonly Change[] }
  }
  logs: {
    params: {
      readonly lines?: number
      readonly streams?: readonly ('out' | 'err')[]
      /** Keep sending new lines as progress until the caller goes away. */
      readonly follow?: boolean
      /** With `follow`: end at the end of each log, when that has been sent. */
      readonly drain?: boolean
      /** Marks of the last lines that were heard, one a log: follow on behind them. */
      readonly after?: readonly string[]
    }
    result: { readonly lines: readonly LogLine[] }
  }
  /** Empties log files; services go on writing to them. */
  flush: { params: Nothing; result: { readonly files: readonly string[] } }
  events: {
    params: {
      /** Only events after this log position. */
      readonly after?: string
      /** Only events not older than this, ms since 1970. */
      readonly since?: number
      readonly limit?: number
    }
    result: { readonly events: readonly LifecycleEvent[]; readonly bookmark: Bookmark }
  }
  why: { params: Nothing; result: { readonly stories: readonly Story[] } }
  /** What files services watch, and with `path` whether a change of it restarts them. */
  watch: {
    params: {
      /** Absolute, or from what a service watches. */
      readonly path?: string
    }
    result: { readonly services: readonly WatchView[] }
  }
  /** With `clear`, what was saved is forgotten. */
  save: {
    params: { readonly clear?: boolean }
    result: { readonly services: number; readonly file: string }
  }
  resurrect: { params: Nothing; result: Acted }
  config: {
    params: { readonly set?: Readonly<Record<string, string>>; readonly unset?: readonly string[] }
    result: { readonly config: Readonly<Record<string, string>>; readonly notes: readonly string[] }
  }
  keys: {
    params: {
      readonly trust?: { readonly kid: string; readonly name: string; readonly publicKey: string }
    }
    result: { readonly keys: readonly TrustedKeyView[] }
  }
  doctor: { params: Nothing; result: { readonly findings: readonly Finding[] } }
  /** The manager leaves, services stay. */
  detach: { params: Nothing; result: { readonly pid: number } }
  /** Services and manager stop; with `keep` the next manager starts again what was to run, as after a boot. */
  kill: { params: { readonly keep?: boolean }; result: { readonly stopped: number } }
}

/** No parameters, or no result: `{}` would admit anything but null. */
export type Nothing = Readonly<Record<never, never>>

/** Every verb, as a command spells it. */
export type Op = keyof Operations
/** What a verb takes. */
export type Params<O extends Op> = Operations[O]['params']
/** What a verb answers once it is done. */
export type Result<O extends Op> = Operations[O]['result']

interface OpTraits {
  /** Changes nothing: allowed unsigned in `mixed` namespaces. */
  readonly isRead: boolean
  /** Only the local door: what it takes or answers must not cross Redis. */
  readonly isLocal: boolean
  /** Must say which services it means, by name, by `all` or by its channel. */
  readonly needsService: boolean
  readonly text: string
}

const read = { isRead: true, isLocal: false, needsService: false }
const acts = { isRead: false, isLocal: false, needsService: true }
const local = { isRead: false, isLocal: true, needsService: false }

/** They run commands of the host, with what is in a repository. */
const updates = { isRead: false, isLocal: true, needsService: true }

/** What is so of each verb wherever it is asked for; a verb without its line does not compile. */
export const operations: { readonly [O in Op]: OpTraits } = {
  ping: { ...read, text: 'is the manager there' },
  help: { ...read, text: 'this text' },
  hosts: { ...read, text: 'the hosts of the fleet' },
  relay: { ...local, text: 'send a command to other hosts' },
  status: { ...read, text: 'state of every instance, or of the named ones' },
  describe: { ...read, needsService: true, text: 'everything about a service' },
  start: { ...acts, text: 'start what is stopped' },
  stop: { ...acts, text: 'stop, with grace=5s if you like' },
  restart: { ...acts, text: 'stop and start' },
  reload: { ...acts, text: 'replace one at a time, without a gap' },
  scale: { ...acts, text: 'so many instances: to=4, to=+2, to=-1' },
  reset: { ...acts, text: 'forget failures and restarts' },
  signal: { ...acts, text: 'send a signal: signal=SIGUSR2' },
  send: { ...acts, text: 'send a message to the processes: data=…' },
  stdin: { ...acts, text: 'write a line to standard input: line=…' },
  trigger: { ...acts, text: 'ask for an action: action=… params=…' },
  pull: { ...updates, text: 'fetch the source and reload' },
  forward: { ...updates, text: 'go to the next commit and reload' },
  backward: { ...updates, text: 'go to the commit before and reload' },
  delete: { ...acts, text: 'stop and forget' },
  declare: { ...local, text: 'declare services and start them' },
  inherit: { ...local, needsService: true, text: 'take variables of this shell and restart' },
  plan: { ...local, isRead: true, text: 'what apply would do' },
  apply: { ...local, text: 'make what is declared so' },
  /** Without a service: those of everything, and followed, of what will be declared as well. */
  logs: { ...read, text: 'last lines of the logs' },
  flush: { ...acts, text: 'empty the logs' },
  events: { ...read, text: 'what happened' },
  why: { ...read, needsService: true, text: 'how a service came to its state' },
  watch: { ...read, needsService: true, text: 'what files restart a service: path=…' },
  save: { ...local, text: 'keep what is declared now for resurrect' },
  resurrect: { ...local, text: 'bring back what was saved' },
  config: { ...local, text: 'read or change the configuration' },
  keys: { ...local, text: 'list or add keys that may command' },
  doctor: { ...local, text: 'check this host' },
  detach: { ...local, text: 'the manager leaves, services stay' },
  kill: { ...local, text: 'services and manager stop' },
}

/** The verbs in the order in which the help on the bus lists them. */
export const opNames: readonly Op[] = Object.keys(operations) as Op[]

/** Whether it is the name of a verb exactly: no short form, no inherited member. */
export function isOp(name: string): name is Op {
  return Object.hasOwn(operations, name)
}
