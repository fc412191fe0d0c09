import { type Clock, sleep } from '../base/clock.ts'
import { messageOf, TroupeError } from '../base/errors.ts'
import { nearest } from '../base/nearest.ts'
import { parseMillis, showMillis } from '../base/units.ts'
import type { ActionOutcome, ActionReply } from '../protocol/answers.ts'
import type { EventDraft } from '../protocol/events.ts'
import type { Params, Result } from '../protocol/operations.ts'
import type { InstanceView } from '../protocol/views.ts'
import type { Board, Inheritance } from '../supervisor/instance-ports.ts'
import { actionEnd } from './action-end.ts'
import { ActionWait } from './action-wait.ts'
import { instrumentsOf } from './instruments-of.ts'
import { reachedBy } from './receipt.ts'
import type { Roster } from './roster.ts'
import type { Choice } from './targets.ts'

/** PM2 waits for ever where an action is never answered. */
const defaultDeadline = '30s'

/** An agent that lost its manager is back within a second. */
const reconnectMs = 3_000
const againMs = 100

/** A process says what it offers while it starts, when it counts as online already. */
const youngMs = 3_000

/** A refusal names no more of what is offered. */
const mostNamed = 20

interface Ports {
  readonly clock: Clock
  readonly roster: Pick<Roster, 'send'>
  readonly board: Pick<Board, 'of'>
  readonly estate: Pick<Inheritance, 'held'>
}

/**
 * Asks processes for actions that they offer, and waits for what they answer.
 *
 * An answer says which action it belongs to, and not who asked: it goes to whoever has waited longest.
 */
export class ActionDesk {
  readonly #ports: Ports
  readonly #waiting = new Set<ActionWait>()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Hears every event before it is cut to its size: an answer may be larger than that. */
  hear(draft: EventDraft): void {
    if (this.#waiting.size === 0) return
    const end = actionEnd(draft, this.#ports.clock.date().getTime())
    if (end === undefined) return
    const meant = [...this.#waiting].filter((wait) => wait.isMeant(draft, end))
    for (const each of end.kind === 'reply' ? meant.slice(0, 1) : meant) each.end(end.outcome)
  }

  /**
   * @param gone ends the waiting: nobody reads the answers any more
   * @throws TroupeError `E_FAILED` where no process that is meant offers the action, with those that are offered
   */
  async trigger(
    choices: readonly Choice[],
    params: Params<'trigger'>,
    gone: AbortSignal,
  ): Promise<Result<'trigger'>> {
    const { running, able } = await this.#ableOf(choices, params, gone)
    if (able.length === 0) throw this.#refusal(choices, running, params.action)
    const replies = able.map(async (view): Promise<ActionReply> => {
      const { id, service, namespace, slot } = view
      const outcome = await this.#ask(view, params, gone)
      return { id, service, namespace, slot, action: params.action, ...outcome }
    })
    return { replies: await Promise.all(replies) }
  }

  /** Those that run, and of them those that offer the action. Who has just started is given a moment to say so. */
  async #ableOf(
    choices: readonly Choice[],
    { action, deadline = defaultDeadline }: Params<'trigger'>,
    gone: AbortSignal,
  ): Promise<Readonly<Record<'running' | 'able', readonly InstanceView[]>>> {
    const { clock } = this.#ports
    const latest = clock.now() + Math.min(youngMs, parseMillis(deadline) ?? 0)
    for (;;) {
      const running = choices.flatMap((choice) => this.#runningOf(choice))
      const able = running.filter((view) => this.#offeredBy(view).includes(action))
      const isComing = running.some((view) => !able.includes(view) && this.#isYoung(view))
      if (!isComing || gone.aborted || clock.now() >= latest) return { running, able }
      // oxlint-disable-next-line no-await-in-loop
      await sleep(clock, againMs)
    }
  }

  #isYoung({ startedAt = 0 }: InstanceView): boolean {
    const ageMs = this.#ports.clock.date().getTime() - startedAt
    return ageMs >= 0 && ageMs < youngMs
  }

  #runningOf({ service, slots }: Choice): readonly InstanceView[] {
    return this.#ports.board
      .of(service)
      .filter(({ slot, pid }) => pid !== undefined && (slots?.includes(slot) ?? true))
  }

  #offeredBy(view: InstanceView): readonly string[] {
    return (instrumentsOf(view, this.#ports.estate)?.actions ?? []).map(({ name }) => name)
  }

  async #ask(
    view: InstanceView,
    { action, params, deadline = defaultDeadline }: Params<'trigger'>,
    gone: AbortSignal,
  ): Promise<ActionOutcome> {
    const wait = new ActionWait(view, action)
    // Before anything is sent: a quick answer must find who waits for it.
    this.#waiting.add(wait)
    wait.cancelAtEnd(() => this.#waiting.delete(wait))
    // Decoding has seen that it is a time.
    const ms = parseMillis(deadline) ?? 0
    const late = `it did not answer within ${showMillis(ms)}`
    wait.cancelAtEnd(this.#ports.clock.after(ms, () => wait.giveUp(late)))
    const leave = (): void => wait.giveUp('nobody waits for it any more')
    gone.addEventListener('abort', leave)
    wait.cancelAtEnd(() => gone.removeEventListener('abort', leave))
    const data = params === undefined ? action : { msg: action, opts: params }
    this.#deliver(data, view, wait).catch((thrown: unknown) => wait.giveUp(messageOf(thrown)))
    return wait.outcome
  }

  /** Who offers an action has an agent: one that is not there comes back soon, as after the death of a manager. */
  async #deliver(data: unknown, view: InstanceView, wait: ActionWait): Promise<void> {
    const { clock, roster } = this.#ports
    const choice = { service: view.service, slots: [view.slot] }
    const latest = clock.now() + reconnectMs
    while (!wait.isOver) {
      // oxlint-disable-next-line no-await-in-loop
      const reached = reachedBy(await roster.send([choice], { kind: 'message', data }))
      if (reached.length > 0) return
      if (clock.now() >= latest) return wait.giveUp('nothing of it listens')
      // oxlint-disable-next-line no-await-in-loop
      await sleep(clock, againMs)
    }
  }

  #refusal(
    choices: readonly Choice[],
    running: readonly InstanceView[],
    action: string,
  ): TroupeError {
    const names = choices.map(({ service }) => service).join(', ')
    const offered = [...new Set(running.flatMap((view) => this.#offeredBy(view)))].toReversed()
    if (running.length === 0) {
      return new TroupeError('E_FAILED', `${names} was not asked: no process of it runs`, {
        hint: 'see: troupe list',
      })
    }
    if (offered.length === 0) {
      return new TroupeError('E_FAILED', `${names} offers no actions, so not ${action} either`, {
        hint: "a service offers one with: require('@pm2/io').action(name, (answer) => …)",
      })
    }
    const [meant] = nearest(action, offered)
    const hint = meant === undefined ? {} : { hint: `did you mean ${meant}?` }
    const shown = offered.slice(0, mostNamed).join(', ')
    return new TroupeError('E_FAILED', `${names} does not offer ${action}, but: ${shown}`, hint)
  }
}
