import type { Millis } from '../base/clock.ts'
import { TroupeError } from '../base/errors.ts'
import { pauseBefore } from './backoff.ts'
import type { ChildSpec } from './behavior.ts'
import { Child, type ChildObserver } from './child.ts'
import type { Ending, FaultOutcome, StopReason } from './ending.ts'
import type { Kernel } from './kernel.ts'
import type { LocalRef } from './local-ref.ts'
import type { FamilyHost, Keeper, Member } from './member.ts'
import { StartQueue } from './start-queue.ts'
import {
  companionsOf,
  countRestart,
  isRestarted,
  isShutDown,
  type SupervisorOpts,
} from './supervision.ts'

const defaultShutdownMs = 5_000
const defaultCooldownMs = 60_000

/**
 * The children of one incarnation of an actor.
 *
 * It notes what is still to be stopped and started, and takes one step whenever something
 * has changed. Between two steps everything else has its turn, so that a parent can be
 * told to stop while a child keeps failing.
 */
export class Family implements ChildObserver {
  readonly #kernel: Kernel
  readonly #host: FamilyHost
  readonly #opts: SupervisorOpts
  readonly #createMember: (spec: ChildSpec<never>, keeper: Keeper) => Member
  readonly #children = new Map<string, Child>()
  readonly #starts = new StartQueue()
  /** To be stopped, the first to go last. */
  #stops: Child[] = []
  #starting: Child | undefined
  #halting: Child | undefined
  #restarts: readonly number[] = []
  #nextOrder = 0
  #isStepping = false
  #closing: StopReason | undefined
  #isClosed = false

  constructor(kernel: Kernel, host: FamilyHost, opts: SupervisorOpts) {
    this.#kernel = kernel
    this.#host = host
    this.#opts = opts
    this.#createMember = (spec, keeper) => host.createMember(spec, keeper)
  }

  get #areTied(): boolean {
    return this.#opts.strategy === 'one_for_all' || this.#opts.strategy === 'rest_for_one'
  }

  add(spec: ChildSpec<never>): LocalRef {
    this.#check(spec)
    const child = new Child(spec, this.#nextOrder++, this, this.#createMember)
    this.#children.set(spec.id, child)
    this.#starts.add(child)
    this.#kernel.trace?.({ kind: 'spawned', path: child.member.ref.path })
    this.#advance()
    return child.member.ref
  }

  refOf(id: string): LocalRef | undefined {
    return this.#children.get(id)?.member.ref
  }

  /** Stops one child for good. */
  stop(id: string): void {
    const child = this.#children.get(id)
    if (!child) return
    child.isAgain = false
    if (child.isRunning) this.#halt(child, 'asked')
    else if (child.phase === 'down') this.#forget(child, { kind: 'stopped', reason: 'asked' })
    this.#advance()
  }

  /** Stops all children for good, in reverse order; `familyClosed` of the host follows. */
  close(reason: StopReason): void {
    if (this.#closing) return
    this.#closing = reason
    this.#starts.clear()
    for (const child of this.#children.values()) {
      child.isAgain = false
      if (child.phase === 'down') this.#forget(child, { kind: 'stopped', reason })
    }
    this.#stops = [...this.#children.values()]
    this.#advance()
  }

  /** Ends all children at once. */
  kill(): void {
    this.close('killed')
    this.#stops = []
    for (const child of [...this.#children.values()].toReversed()) {
      child.phase = 'stopping'
      child.member.kill()
    }
  }

  childUp(child: Child): void {
    if (this.#starting === child) this.#starting = undefined
    if (child.phase === 'starting') child.phase = 'up'
    child.upAt = this.#kernel.clock.now()
    this.#advance()
  }

  childEnded(child: Child, ending: Ending): void {
    child.cancelTimer?.()
    const isExpected = child.phase === 'stopping' || child.isAgain || this.#closing !== undefined
    child.phase = 'down'
    if (this.#starting === child) this.#starting = undefined
    if (this.#halting === child) this.#halting = undefined
    if (isExpected) this.#settle(child, ending)
    else this.#judge(child, ending)
    this.#advance()
  }

  #check({ id, restart = 'permanent', significant }: ChildSpec<never>): void {
    const what = `cannot spawn "${id}" under ${this.#host.path}`
    if (this.#closing) throw new TroupeError('E_CLOSED', `${what}, which is stopping`)
    if (id === '' || id.includes('/')) {
      throw new TroupeError('E_USAGE', `${what}: an id is one part of a path, without "/"`)
    }
    if (this.#children.has(id)) throw new TroupeError('E_USAGE', `${what}: the id is in use`)
    if (significant && restart === 'permanent') {
      throw new TroupeError(
        'E_USAGE',
        `${what}: a permanent child never ends, so its end cannot be significant`,
      )
    }
  }

  /** A child has ended as it was asked to. */
  #settle(child: Child, ending: Ending): void {
    this.#report(ending, 'stopped')
    if (child.isAgain) this.#starts.add(child)
    else this.#forget(child, ending)
    child.isAgain = false
  }

  /** A child has ended by itself. */
  #judge(child: Child, ending: Ending): void {
    if (!isRestarted(child.spec.restart ?? 'permanent', ending)) {
      this.#report(ending, 'stopped')
      this.#forget(child, ending)
      if (child.spec.significant) this.#loseSignificant()
      return
    }
    const now = this.#kernel.clock.now()
    const { restarts, isExceeded } = countRestart(this.#opts.intensity, this.#restarts, now)
    this.#restarts = restarts
    if (isExceeded) return this.#exceed(child, ending)
    const { backoff } = child.spec
    const stableMs = backoff?.resetAfterMs ?? this.#opts.intensity.windowMs
    if (child.upAt !== undefined && now - child.upAt >= stableMs) child.attempts = 0
    this.#report(ending, 'restarting')
    this.#restart(child, pauseBefore(backoff, child.attempts + 1, this.#kernel.random))
  }

  #loseSignificant(): void {
    const left = [...this.#children.values()].filter(({ spec }) => spec.significant).length
    if (isShutDown(this.#opts.autoShutdown, left)) this.#host.stop('significant')
  }

  #exceed(child: Child, ending: Ending): void {
    const { intensity, onExceeded, cooldownMs = defaultCooldownMs } = this.#opts
    const { path } = child.member.ref
    const why = `more than ${intensity.max} restarts within ${intensity.windowMs} ms`
    this.#kernel.trace?.({ kind: 'exceeded', path, why })
    if (onExceeded === 'cooldown') {
      this.#restarts = []
      this.#report(ending, 'cooling-down')
      return this.#restart(child, cooldownMs)
    }
    this.#report(ending, onExceeded === 'stop' ? 'stopped' : 'escalated')
    this.#forget(child, ending)
    if (onExceeded === 'stop') return this.#host.stop('exceeded')
    const cause = ending.kind === 'fault' ? ending.error : undefined
    const error = new TroupeError('E_FAILED', `${path} cannot be kept up: ${why}`, { cause })
    this.#host.ended({
      kind: 'fault',
      path: this.#host.path,
      during: 'children',
      error,
      message: undefined,
    })
  }

  #restart(child: Child, afterMs: number): void {
    const attempt = ++child.attempts
    child.upAt = undefined
    this.#kernel.trace?.({ kind: 'restarting', path: child.member.ref.path, attempt, afterMs })
    this.#host.hear({ kind: 'childRestarted', id: child.spec.id, attempt })
    if (afterMs > 0) this.#pause(child, afterMs)
    // A pause holds up those who start after it, where the strategy ties them together.
    if (!child.isPausing || this.#areTied) this.#starts.add(child)
    this.#takeDownCompanions(child)
  }

  #pause(child: Child, ms: Millis): void {
    child.isPausing = true
    child.cancelTimer = this.#kernel.clock.after(ms, () => {
      child.isPausing = false
      if (!this.#areTied) this.#starts.add(child)
      this.#advance()
    })
  }

  #takeDownCompanions(failed: Child): void {
    const companions = companionsOf(this.#opts.strategy, [...this.#children.values()], failed)
    const running = companions.filter((child) => child.isRunning && !child.isAgain)
    for (const child of running) child.isAgain = child.spec.restart !== 'temporary'
    this.#stops = [...this.#stops, ...running].toSorted(byOrder)
  }

  #advance(): void {
    if (this.#isStepping) return
    this.#isStepping = true
    while (this.#stopNext() || this.#startNext());
    this.#isStepping = false
    if (!this.#closing || this.#isClosed || this.#children.size > 0) return
    this.#isClosed = true
    this.#host.familyClosed()
  }

  /** One after the other, except in a dynamic family. */
  #stopNext(): boolean {
    if (this.#halting) return false
    const child = this.#stops.pop()
    if (!child) return false
    if (!child.isRunning) return true
    if (this.#opts.strategy !== 'dynamic') this.#halting = child
    this.#halt(child, this.#closing ?? 'failure')
    return true
  }

  #startNext(): boolean {
    const child = this.#starts.first
    if (!child || child.isPausing || this.#halting || this.#starting) return false
    this.#starts.shift()
    child.phase = 'starting'
    if (this.#opts.strategy !== 'dynamic') this.#starting = child
    child.member.start()
    return true
  }

  #halt(child: Child, reason: StopReason): void {
    child.phase = 'stopping'
    const { member, spec } = child
    const { shutdown = member.isSupervisor ? 'infinity' : defaultShutdownMs } = spec
    if (shutdown === 'brutal') return member.kill()
    member.stop(reason)
    if (shutdown === 'infinity') return
    child.cancelTimer = this.#kernel.clock.after(shutdown, () => member.kill())
  }

  #forget(child: Child, ending: Ending): void {
    child.cancelTimer?.()
    this.#starts.remove(child)
    this.#children.delete(child.spec.id)
    child.member.bury(ending)
  }

  #report(ending: Ending, outcome: FaultOutcome): void {
    if (ending.kind === 'fault') this.#kernel.report({ fault: ending, outcome })
  }
}

function byOrder(a: Child, b: Child): number {
  return a.order - b.order
}
