import type { InstanceView } from '../protocol/views.ts'
import { type GroupPolicy, judgeGroup } from './group-strategy.ts'
import type { SupervisorPorts } from './instance-ports.ts'
import type { Act, ServiceMessage } from './service.ts'

/** What a group hears about its members, beside who joins and leaves. */
export type GroupMessage =
  /** What a person or a program wants of one member. */
  | { readonly kind: 'command'; readonly service: string; readonly message: ServiceMessage }
  | { readonly kind: 'policy'; readonly policy: GroupPolicy }
  | { readonly kind: 'failed'; readonly service: string; readonly cause: string | undefined }
  /** One step of a restart of several members: nothing waits inside a message, so a command can always get in. */
  | { readonly kind: 'stop-next'; readonly round: Round }
  | { readonly kind: 'start-next'; readonly round: Round }

/** A restart of several members under way. */
interface Round {
  readonly number: number
  readonly toStop: readonly string[]
  /** Why the members are given up; undefined: they are restarted. */
  readonly givenUp: string | undefined
  readonly cause: string | undefined
}

interface Outside {
  readonly hear: (message: GroupMessage) => void
  /** Members in the order in which they were declared. */
  readonly members: () => readonly string[]
  readonly tell: (service: string, message: ServiceMessage) => void
}

/** One declaration's services of one namespace, with their supervision strategy. */
export class Group {
  readonly #name: string
  readonly #ports: SupervisorPorts
  readonly #outside: Outside
  #policy: GroupPolicy
  #failures: readonly number[] = []
  #round = 0
  /** Members that somebody stopped: the group leaves them down. */
  readonly #withdrawn = new Set<string>()
  /** Members that the group itself stopped and has not started again yet. */
  readonly #owed = new Set<string>()

  constructor(name: string, policy: GroupPolicy, ports: SupervisorPorts, outside: Outside) {
    this.#name = name
    this.#policy = policy
    this.#ports = ports
    this.#outside = outside
  }

  take(message: GroupMessage): void {
    switch (message.kind) {
      case 'command':
        return this.#command(message.service, message.message)
      case 'policy':
        this.#policy = message.policy
        return
      case 'failed':
        return this.#failed(message.service, message.cause)
      case 'stop-next':
        return this.#stopNext(message.round)
      case 'start-next':
        return this.#startNext(message.round)
    }
  }

  /** A command always wins over a round: who is stopped by somebody is not started by the group. */
  #command(service: string, message: ServiceMessage): void {
    if (message.kind === 'act') this.#heed(service, message)
    if (message.kind === 'remove') this.#owed.delete(service)
    this.#outside.tell(service, message)
  }

  #heed(service: string, { event, slots }: Act): void {
    if (event.kind === 'start' || event.kind === 'restart') this.#withdrawn.delete(service)
    else if (event.kind === 'stop' && slots === undefined) {
      this.#withdrawn.add(service)
      this.#owed.delete(service)
    }
  }

  #failed(service: string, cause: string | undefined): void {
    const members = this.#outside
      .members()
      .filter((name) => name === service || (this.#isUp(name) && !this.#withdrawn.has(name)))
    const { clock } = this.#ports
    const state = { members, failures: this.#failures }
    const { verdict, failures } = judgeGroup(this.#policy, state, service, clock.now())
    this.#failures = failures
    if (verdict.kind === 'leave') return
    const isRestart = verdict.kind === 'restart'
    const why = isRestart
      ? this.#announceRestart(service, verdict.stop, cause)
      : this.#giveUp(cause)
    this.#round += 1
    if (!isRestart) this.#owed.clear()
    const givenUp =
      verdict.kind === 'stop' ? `its group ${this.#name} gave up: ${verdict.why}` : undefined
    if (givenUp !== undefined) this.#condemn(verdict.stop, givenUp)
    const round = { number: this.#round, toStop: verdict.stop, givenUp, cause: why }
    this.#outside.hear({ kind: 'stop-next', round })
  }

  /** On disk for all before the first is stopped: the round may take longer than this manager lives. */
  #condemn(members: readonly string[], why: string): void {
    const event = { kind: 'giveUp', why } as const
    for (const service of members) this.#outside.tell(service, { kind: 'act', event })
  }

  /** A newer failure starts a round of its own; the older one ends here, and leaves what it owes to it. */
  #stopNext(round: Round): void {
    if (round.number !== this.#round) return
    const [service, ...rest] = round.toStop
    const left = { ...round, toStop: rest }
    if (service === undefined) return this.#outside.hear({ kind: 'start-next', round })
    if (this.#withdrawn.has(service)) return this.#outside.hear({ kind: 'stop-next', round: left })
    const { givenUp } = round
    if (givenUp === undefined) this.#owed.add(service)
    const stop = { kind: 'stop', ...(givenUp === undefined ? {} : { givenUp }) } as const
    this.#tell(service, stop, { kind: 'stop-next', round: left })
  }

  #startNext(round: Round): void {
    if (round.number !== this.#round) return
    const service = this.#outside.members().find((name) => this.#owed.has(name))
    if (service === undefined) return
    this.#owed.delete(service)
    this.#tell(service, { kind: 'start', isAutomatic: false }, { kind: 'start-next', round })
  }

  #tell(service: string, event: Act['event'], next: Extract<GroupMessage, { round: Round }>): void {
    const { cause } = next.round
    this.#outside.tell(service, {
      kind: 'act',
      event,
      by: `group ${this.#name}`,
      ...(cause === undefined ? {} : { cause }),
      done: () => this.#outside.hear(next),
    })
  }

  #announceRestart(trigger: string, stopped: readonly string[], cause: string | undefined): string {
    const { strategy } = this.#policy
    return this.#ports.announce({
      type: 'group.restarting',
      data: { strategy, trigger, stopped },
      ...(cause === undefined ? {} : { cause }),
    })
  }

  #giveUp(cause: string | undefined): string {
    return this.#ports.announce({
      type: 'group.exhausted',
      data: this.#policy.intensity,
      ...(cause === undefined ? {} : { cause }),
    })
  }

  /** Who was stopped by somebody, or has done its work, is not drawn into a restart. */
  #isUp(name: string): boolean {
    return this.#ports.board
      .of(name)
      .some(({ state }: InstanceView) => state !== 'stopped' && state !== 'errored')
  }
}
