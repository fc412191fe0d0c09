import type { Clock, Millis } from '../base/clock.ts'
import { limits } from '../protocol/limits.ts'

/** So much at once, and so much a second. */
interface Rate {
  readonly burst: number
  readonly perSecond: number
}

/** Fills up with time and is drawn from; empty means no. */
class TokenBucket {
  readonly #rate: Rate
  #tokens: number
  #at: Millis

  constructor(rate: Rate, now: Millis) {
    this.#rate = rate
    this.#tokens = rate.burst
    this.#at = now
  }

  take(now: Millis): boolean {
    const { burst, perSecond } = this.#rate
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) / 1_000) * perSecond)
    this.#at = now
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }

  giveBack(): void {
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + 1)
  }
}

/** What is allowed over Redis, where nobody can be made to publish less (PROTOCOL §8). */
export interface Budgets {
  /** One command of an issuer: the id of a key, or undefined for everybody who does not sign. */
  mayCommand(kid: string | undefined): boolean
  /** A command that was not the issuer's after all. */
  wasForged(kid: string): void
  mayVerify(): boolean
  /** Whether a refusal is worth saying. Those that name their command may be waited for. */
  maySpeak(channel: string, isWaitedFor: boolean): boolean
}

const garbage: Rate = { burst: 3, perSecond: 1 }
const commands: Rate = { burst: limits.commandBurst, perSecond: limits.commandsPerSecond }
const verifications: Rate = {
  burst: limits.verificationsPerSecond,
  perSecond: limits.verificationsPerSecond,
}

/** The unsigned share one budget: a name that nobody checks is as good as any other. */
export function budgets(clock: Clock): Budgets {
  const buckets = new Map<string, TokenBucket>()
  const bucket = (name: string, rate: Rate): TokenBucket => {
    const known = buckets.get(name) ?? new TokenBucket(rate, clock.now())
    buckets.set(name, known)
    return known
  }
  const ofIssuer = (kid: string | undefined): TokenBucket =>
    bucket(kid === undefined ? 'unsigned' : `kid ${kid}`, commands)
  return {
    mayCommand: (kid) => ofIssuer(kid).take(clock.now()),
    wasForged: (kid) => ofIssuer(kid).giveBack(),
    mayVerify: () => bucket('verifications', verifications).take(clock.now()),
    maySpeak: (channel, isWaitedFor) =>
      isWaitedFor
        ? bucket(`answers ${channel}`, commands).take(clock.now())
        : bucket(`garbage ${channel}`, garbage).take(clock.now()),
  }
}
