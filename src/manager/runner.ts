import type { Cancel, Clock } from '../base/clock.ts'
import { messageOf, TroupeError } from '../base/errors.ts'
import { uniqueId } from '../base/ids.ts'
import { showMillis } from '../base/units.ts'
import type { EventDraft } from '../protocol/events.ts'
import { limits } from '../protocol/limits.ts'
import { type Op, operations } from '../protocol/operations.ts'
import { rejected, type Rejection, type Reply } from '../protocol/replies.ts'
import type { Answer, Addressed } from './answers.ts'
import type { Call, Handlers, Order } from './call.ts'
import { type CommandMemory, keepsake, type Outcome } from './command-memory.ts'
import { Lanes } from './lanes.ts'
import { requesterOf } from './requester.ts'
import { turnOf } from './turns.ts'

/** What running a command needs beside its handler: memory of what ran, events, and a way to hurry. */
export interface RunnerPorts {
  readonly clock: Clock
  readonly memory: CommandMemory
  announce(draft: EventDraft): void
  /** Gives what this command waits for no more time than its own grace, and a reload none. Never throws. */
  makeWay(call: Order['call']): void
  /** Something of ours broke. */
  log(what: string, thrown: unknown): void
}

/** A command between its acceptance and its outcome. */
interface Running {
  readonly op: Op
  /** Everybody who asked for it: repeating a command is asking for its outcome. */
  readonly askers: Addressed[]
  readonly since: number
}

/** Runs each command once, in its turn, and tells everybody who asked what came of it. */
export class Runner {
  readonly #handlers: Handlers
  readonly #ports: RunnerPorts
  readonly #answer: Answer
  readonly #lanes = new Lanes()
  readonly #running = new Map<string, Running>()
  readonly #ends = new Set<Promise<void>>()
  /** Those for whose sake the manager leaves: one of them may give up, and the others not. */
  readonly #leavings = new Set<object>()

  constructor(handlers: Handlers, ports: RunnerPorts, answer: Answer) {
    this.#handlers = handlers
    this.#ports = ports
    this.#answer = answer
  }

  /** Begins or answers a command; returns why not. */
  accept(order: Order): Rejection | undefined {
    const { id, op } = order.call
    const former = this.#opOf(id)
    // Answering would tell the outcome of one command to whoever may only ask for the other.
    if (former !== undefined && former !== op) {
      return rejected('bad_message', `the id ${id} is that of another command, ${former}`, { op })
    }
    if (this.#isRepeated(order)) return undefined
    const farewell = this.#farewell(op)
    if (farewell !== undefined) return rejected('busy', farewell, { op })
    const turn = turnOf(order)
    if (turn !== undefined && this.#lanes.waiting >= limits.commandQueue) {
      return rejected('busy', 'too many commands are waiting here; try again later', { op })
    }
    this.#begin(order, turn)
    return undefined
  }

  /**
   * Runs what nobody asked for in its turn among the commands about the same service, and not at all once the
   * manager is leaving. Resolves when it has run, or will not; never rejects.
   */
  inTurn(service: string, work: () => Promise<void>): Promise<void> {
    const run = async (): Promise<void> => {
      if (this.#leavings.size > 0) return
      await work().catch((thrown: unknown) => this.#ports.log(`upkeep of ${service}`, thrown))
    }
    const errand = { lanes: [service], gist: undefined, supersede: () => {} }
    const end = this.#lanes.add({ ...errand, id: uniqueId(), run })
    this.#track(end)
    return end
  }

  /** From now on only what reads is begun, until the returned function is called. */
  beginLeaving(): Cancel {
    const leaving = {}
    this.#leavings.add(leaving)
    return () => this.#leavings.delete(leaving)
  }

  /** What is begun now would be left half done, or undo what the manager leaves behind. */
  #farewell(op: Op): string | undefined {
    if (this.#leavings.size === 0 || operations[op].isRead) return undefined
    return 'this manager is leaving; ask again once another one is there'
  }

  /** Resolves when nothing runs or waits. */
  async drain(): Promise<void> {
    while (this.#ends.size > 0) await Promise.all(this.#ends)
  }

  #begin(order: Order, turn: ReturnType<typeof turnOf>): void {
    const { id, op } = order.call
    if (!operations[op].isRead) this.#ports.memory.began(id, op)
    const running = { op, askers: [askerOf(order)], since: this.#ports.clock.now() }
    this.#running.set(id, running)
    this.#tell(running, { status: 'accepted', op })
    this.#announce(order, { type: 'command.accepted', data: { op } })
    const run = (): Promise<void> =>
      this.#run(order, running).catch((thrown: unknown) =>
        this.#ports.log('a command was not answered', thrown),
      )
    const supersede = (by: string): void =>
      this.#end(order, running, { status: 'superseded', op, by })
    if (turn?.isHasty === true) this.#ports.makeWay(order.call)
    this.#track(turn === undefined ? run() : this.#lanes.add({ ...turn, id, run, supersede }))
  }

  #opOf(id: string): string | undefined {
    return this.#running.get(id)?.op ?? this.#ports.memory.recall(id)?.op
  }

  /** Answers for a command that runs, or was run, already. */
  #isRepeated(order: Order): boolean {
    const { id, op } = order.call
    const asker = askerOf(order)
    const running = this.#running.get(id)
    if (running !== undefined) {
      this.#answer(asker, { status: 'accepted', op })
      // A retry to the same place would hear everything twice.
      const isNew = running.askers.every(({ replyTo }) => replyTo !== asker.replyTo)
      if (isNew) running.askers.push(asker)
      return true
    }
    const outcome = this.#ports.memory.recall(id)?.outcome
    if (outcome === undefined) return false
    this.#answer(asker, outcome)
    return true
  }

  async #run(order: Order, running: Running): Promise<void> {
    const tooLate = this.#expiry(order) ?? this.#lateFarewell(order)
    if (tooLate !== undefined) return this.#end(order, running, tooLate)
    const requester = requesterOf(order, this.#ports.clock)
    const { op } = order.call
    let isOver = false
    const progress = (value: unknown): void => {
      if (!isOver) this.#tell(running, { status: 'progress', op, value })
    }
    const outcome = await this.#attempt({ ...order.call, progress, gone: requester.gone })
    isOver = true
    requester.release()
    this.#end(order, running, { ...outcome, ms: this.#since(running) })
  }

  /** A command may have waited for longer than it was meant to live. */
  #expiry({ call: { op }, expiresAt = Infinity }: Order): Outcome | undefined {
    const lateMs = this.#ports.clock.date().getTime() - expiresAt
    if (lateMs < 0) return undefined
    const message = `${op} expired ${showMillis(lateMs)} ago, while it waited for its turn`
    return { status: 'failed', op, code: 'E_TIMEOUT', message, ms: 0 }
  }

  #lateFarewell({ call: { op } }: Order): Outcome | undefined {
    const message = this.#farewell(op)
    return message === undefined
      ? undefined
      : { status: 'failed', op, code: 'E_CLOSED', message, ms: 0 }
  }

  async #attempt(call: Call<Op>): Promise<Exclude<Outcome, { readonly status: 'superseded' }>> {
    const { op } = call
    // The table pairs each operation with its call; the union loses the pairing.
    const handle = this.#handlers[op] as (call: Call<Op>) => Promise<unknown>
    try {
      return { status: 'done', op, result: await handle(call), ms: 0 }
    } catch (thrown) {
      const message = messageOf(thrown)
      if (!(thrown instanceof TroupeError)) {
        this.#ports.log(`${op} broke`, thrown)
        return { status: 'failed', op, code: 'E_FAILED', message, ms: 0 }
      }
      const { code, hint } = thrown
      return { status: 'failed', op, code, message, ...(hint === undefined ? {} : { hint }), ms: 0 }
    }
  }

  #end(order: Order, running: Running, outcome: Outcome): void {
    const { id, op } = order.call
    this.#running.delete(id)
    if (!operations[op].isRead) this.#ports.memory.ended(id, keepsake(outcome))
    this.#tell(running, outcome)
    const event = eventOf(outcome, concerned(order))
    if (event !== undefined) this.#announce(order, event)
  }

  #tell({ askers }: Running, reply: Reply): void {
    for (const asker of askers) this.#answer(asker, reply)
  }

  /** Reads would flood the log. */
  #announce({ call, touches }: Order, draft: CommandEvent): void {
    const { op, id, by } = call
    if (operations[op].isRead) return
    const [service, ...others] = touches
    const scope = service === undefined || others.length > 0 ? {} : { service }
    this.#ports.announce({ ...draft, ...scope, by, cause: id })
  }

  #since({ since }: Running): number {
    return Math.round(this.#ports.clock.now() - since)
  }

  #track(end: Promise<void>): void {
    this.#ends.add(end)
    void end.then(() => this.#ends.delete(end))
  }
}

type CommandEvent = Extract<
  EventDraft,
  { readonly type: 'command.accepted' | 'command.done' | 'command.failed' }
>

/** The services that a command is about; a declaration names its own. */
function concerned({ call: { params }, touches }: Order): readonly string[] {
  if (!('declaration' in params)) return touches
  return params.declaration.services.map(({ name }) => name)
}

function eventOf(outcome: Outcome, services: readonly string[]): CommandEvent | undefined {
  const { op } = outcome
  switch (outcome.status) {
    case 'done':
      return {
        type: 'command.done',
        data: { op, ms: outcome.ms, ...(services.length === 0 ? {} : { services }) },
      }
    case 'failed':
      return { type: 'command.failed', data: { op, why: outcome.message, ms: outcome.ms } }
    case 'superseded':
      return undefined
  }
}

function askerOf({ call: { id, via }, replyTo }: Order): Addressed {
  return { id, via, ...(replyTo === undefined ? {} : { replyTo }) }
}
