import type { Cancel } from '../../base/clock.ts'
import type { WatchSpec } from '../../declaration/triggers.ts'
import { changeOf, type Changes, sayChanges, withChanges } from './changes.ts'
import { OneAtATime } from './one-at-a-time.ts'
import type { TriggerNote, TriggerPorts } from './ports.ts'
import { quietAfter } from './quiet.ts'
import { admit, noStorm, stormPolicy } from './storm-guard.ts'
import type { Subject, Trigger } from './trigger.ts'
import type { WatchRules } from './watch-rules.ts'
import type { Trouble } from './watch-trouble.ts'
import { WatchedRoot } from './watched-root.ts'

/**
 * Restarts a service when its files change.
 *
 * It stays armed while the service is stopped, and does nothing then: unlike in PM2, a stop
 * does not switch it off for good.
 */
export class WatchTrigger implements Trigger {
  readonly #subject: Subject
  readonly #watch: WatchSpec
  readonly #ports: TriggerPorts
  readonly #restarts: OneAtATime<Changes>
  readonly #roots: readonly WatchedRoot[]
  #storm = noStorm
  #gathering: { readonly changes: Changes; readonly since: number } | undefined
  #quiet: Cancel | undefined

  constructor(
    subject: Subject,
    watch: WatchSpec,
    site: { readonly rules: WatchRules; readonly ports: TriggerPorts },
  ) {
    const { rules, ports } = site
    this.#subject = subject
    this.#watch = watch
    this.#ports = ports
    this.#restarts = new OneAtATime({
      clock: ports.clock,
      merge: withChanges,
      waitMs: (changes) => this.#pauseBefore(changes),
      run: (changes) => this.#restart(changes),
      failed: (thrown) => ports.report('a restart by watch broke', thrown),
    })
    this.#roots = rules.roots.map((root) => this.#watched(root, rules))
  }

  /** Resolves once everything is watched that can be. */
  async open(): Promise<void> {
    await Promise.all(this.#roots.map((root) => root.open()))
  }

  async close(): Promise<void> {
    this.#quiet?.()
    this.#restarts.close()
    await Promise.all(this.#roots.map((root) => root.close()))
  }

  #watched(root: string, rules: WatchRules): WatchedRoot {
    const { clock, openWatch } = this.#ports
    return new WatchedRoot({
      clock,
      openWatch,
      order: {
        root,
        counts: (path) => rules.explain(path).kind === 'counts',
        mayHold: (folder) => rules.mayHold(folder),
        options: this.#watch.options,
      },
      changed: (path) => this.#gather(path),
      troubled: (trouble) => this.#tellTrouble(root, trouble),
    })
  }

  #gather(path: string): void {
    if (!this.#subject.isUp() || this.#subject.isMoving?.() === true) return
    const { clock } = this.#ports
    const { changes, since } = this.#gathering ?? { changes: undefined, since: clock.now() }
    const change = changeOf(path)
    this.#gathering = { since, changes: changes ? withChanges(changes, change) : change }
    this.#quiet?.()
    this.#quiet = clock.after(quietAfter(this.#watch.delayMs, since, clock.now()), () => {
      const gathered = this.#gathering
      this.#gathering = undefined
      if (gathered) this.#restarts.add(gathered.changes)
    })
  }

  #pauseBefore(changes: Changes): number {
    // A service that was stopped meanwhile is not restarted, which no guard need count.
    if (!this.#subject.isUp()) return 0
    const verdict = admit(stormPolicy, this.#storm, this.#ports.clock.now())
    this.#storm = verdict.storm
    if (verdict.kind === 'go') return 0
    const last = sayChanges(changes, this.#watch.base)
    if (verdict.why !== undefined) {
      this.#note('warning', `${verdict.why}; the last: ${last}`, {
        next: 'put what the service itself writes into `ignore_watch`',
      })
    }
    return verdict.forMs
  }

  async #restart(changes: Changes): Promise<void> {
    const { isUp, service } = this.#subject
    if (!isUp()) return
    const why = sayChanges(changes, this.#watch.base)
    await this.#ports.act({ service, op: 'restart', why, by: 'watch' })
  }

  #tellTrouble(root: string, trouble: Trouble | undefined): void {
    if (trouble === undefined) this.#note('info', `\`${root}\` is watched again`)
    else this.#note('warning', trouble.why, { next: trouble.next })
  }

  #note(tone: TriggerNote['tone'], text: string, more: Pick<TriggerNote, 'next'> = {}): void {
    this.#ports.note({ service: this.#subject.service, by: 'watch', tone, text, ...more })
  }
}
