import type { Cancel } from '../base/clock.ts'
import { uniqueId } from '../base/ids.ts'
import type { Issuer } from '../protocol/command.ts'
import { nameOf } from '../protocol/command.ts'
import { askerOf } from '../protocol/decode-command.ts'
import { rejected, type Rejection } from '../protocol/replies.ts'
import { type Verification, verifySignature } from '../protocol/signature.ts'
import { type AnswerPorts, answers } from './answers.ts'
import { type Budgets, budgets } from './budget.ts'
import type { Handlers, Order } from './call.ts'
import { type Admitted, examine, type GatePorts, type Incoming } from './gate.ts'
import { digestOf, type Refused, type RefusalPorts, Refusals } from './refusals.ts'
import { Runner, type RunnerPorts } from './runner.ts'

export type { Call, Handlers } from './call.ts'
export type { Incoming } from './gate.ts'

/** What all the steps of a command need, from the check at the gate to its last reply. */
export interface DispatcherPorts extends GatePorts, AnswerPorts, RefusalPorts, RunnerPorts {}

/** The one way in for commands, whichever carrier brought them. */
export interface Dispatcher {
  /** Never throws: whatever it is, it is answered, run, or for others. */
  take(incoming: Incoming): void
  /** Runs what nobody asked for behind the commands about the same service; not at all once the manager is leaving. */
  inTurn(service: string, work: () => Promise<void>): Promise<void>
  /** From now on only what reads is begun, until the returned function is called: the manager stays after all. */
  beginLeaving(): Cancel
  /** Resolves when everything taken so far is answered. */
  drain(): Promise<void>
}

/**
 * The one way in for commands, whichever carrier brought them: checked, run in the lane of their services,
 * answered.
 */
export function dispatcher(handlers: Handlers, ports: DispatcherPorts): Dispatcher {
  return new CommandDispatcher(handlers, ports)
}

class CommandDispatcher implements Dispatcher {
  readonly #ports: DispatcherPorts
  readonly #budgets: Budgets
  readonly #refusals: Refusals
  readonly #runner: Runner
  readonly #refusing = new Set<Promise<void>>()
  /** The admission of the latest command over Redis; the next one waits for it, so that they stay in order. */
  #admission: Promise<void> = Promise.resolve()

  constructor(handlers: Handlers, ports: DispatcherPorts) {
    const answer = answers(ports)
    this.#ports = ports
    this.#budgets = budgets(ports.clock)
    this.#refusals = new Refusals(ports, answer, this.#budgets)
    this.#runner = new Runner(handlers, ports, answer)
  }

  take(incoming: Incoming): void {
    try {
      const admission = examine(incoming, this.#ports, this.#budgets)
      if (admission.kind === 'refused') this.#refuse(admission)
      if (admission.kind !== 'admitted') return
      // The door waits for nothing, least of all for Redis.
      if (incoming.via === 'local') this.#run(admission, admission.command.id ?? uniqueId())
      else this.#admission = this.#admission.then(() => this.#admit(admission))
    } catch (thrown) {
      this.#ports.log('a command was not taken', thrown)
    }
  }

  inTurn(service: string, work: () => Promise<void>): Promise<void> {
    return this.#runner.inTurn(service, work)
  }

  beginLeaving(): Cancel {
    return this.#runner.beginLeaving()
  }

  async drain(): Promise<void> {
    await this.#admission
    await Promise.all(this.#refusing)
    await this.#runner.drain()
  }

  async #admit(admitted: Admitted): Promise<void> {
    try {
      const verification = await this.#verify(admitted)
      if (verification?.kind === 'invalid') this.#disbelieve(admitted, verification.why)
      else this.#run(admitted, await this.#idOf(admitted))
    } catch (thrown) {
      this.#ports.log('a command was not admitted', thrown)
    }
  }

  /** Undefined when nothing was signed. */
  async #verify({
    issuer,
    incoming: { raw, channel },
  }: Admitted): Promise<Verification | undefined> {
    if (issuer.kind !== 'signed') return undefined
    const { ns, keys } = this.#ports
    const keyOf = (kid: string) => keys.find(kid)?.key
    const verification = await verifySignature(raw, { ns, channel, keyOf })
    if (verification.kind === 'invalid') this.#budgets.wasForged(issuer.kid)
    return verification
  }

  /** A command without an id has the same one on every host. */
  async #idOf({ command, incoming: { channel, raw }, isShared }: Admitted): Promise<string> {
    if (command.id !== undefined) return command.id
    const mine = uniqueId()
    return isShared ? this.#ports.once(digestOf(channel, raw), mine) : mine
  }

  #run(admitted: Admitted, id: string): void {
    const refusal = this.#runner.accept(this.#orderOf(admitted, id))
    if (refusal !== undefined) this.#refuse(refusalOf(admitted, id, refusal))
  }

  #orderOf({ command, issuer, touches, incoming }: Admitted, id: string): Order {
    const { op, services, args, replyTo, expiresAt } = command
    const { via, gone } = incoming
    const offset = via === 'redis' ? this.#ports.timeOffsetMs() : 0
    return {
      // Decoding has read the arguments as the parameters of this operation.
      call: { id, op, services, params: args as Order['call']['params'], by: nameOf(issuer), via },
      touches,
      replyTo,
      expiresAt: expiresAt === undefined ? undefined : expiresAt - offset,
      gone,
    }
  }

  #disbelieve(admitted: Admitted, why: string): void {
    const { op, id } = admitted.command
    this.#refuse(refusalOf(admitted, id, rejected('bad_signature', why, { op })))
  }

  #refuse(refused: Refused): void {
    const said = this.#refusals
      .say(refused)
      .catch((thrown: unknown) => this.#ports.log('a refusal was not said', thrown))
      .finally(() => this.#refusing.delete(said))
    this.#refusing.add(said)
  }
}

function refusalOf(admitted: Admitted, id: string | undefined, rejection: Rejection): Refused {
  const { incoming, isShared, command, issuer } = admitted
  const asker = askerOf(id, command.replyTo)
  return { ...asker, kind: 'refused', incoming, isShared, rejection, by: claimed(issuer) }
}

/** A name that was claimed with a false signature is nobody's. */
function claimed({ name, kind }: Issuer): string {
  return nameOf(kind === 'local' ? { kind, name } : { kind: 'unsigned', name })
}
