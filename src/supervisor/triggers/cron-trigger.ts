import { showTimes } from '../../declaration/cron.ts'
import type { CronRestart } from '../../declaration/triggers.ts'
import { CronTimer } from './cron-timer.ts'
import { OneAtATime } from './one-at-a-time.ts'
import type { TriggerPorts } from './ports.ts'
import type { Subject, Trigger } from './trigger.ts'

/**
 * Restarts a service by the clock.
 *
 * A time that passed while no manager ran is not made up for: the service is as old as it is,
 * and a restart at another time than the declared one helps nobody.
 */
export class CronTrigger implements Trigger {
  readonly #subject: Subject
  readonly #cron: CronRestart
  readonly #ports: TriggerPorts
  readonly #timer: CronTimer
  readonly #restarts: OneAtATime<string>

  constructor(subject: Subject, cron: CronRestart, ports: TriggerPorts) {
    this.#subject = subject
    this.#cron = cron
    this.#ports = ports
    this.#restarts = new OneAtATime({
      clock: ports.clock,
      merge: (_, why) => why,
      run: (why) => this.#restart(why),
      failed: (thrown) => ports.report('a restart by cron broke', thrown),
    })
    this.#timer = new CronTimer({
      clock: ports.clock,
      times: cron,
      fire: () => this.#restarts.add(`cron ${showTimes(cron)}`),
      pass: (dueAt) => this.#tellPassed(dueAt),
    })
  }

  get dueAt(): number | undefined {
    return this.#timer.dueAt
  }

  async open(): Promise<void> {
    this.#timer.start()
  }

  async close(): Promise<void> {
    this.#timer.stop()
    this.#restarts.close()
  }

  async #restart(why: string): Promise<void> {
    const { service, isUp } = this.#subject
    // PM2 starts what was stopped; here that has to be asked for.
    if (!isUp() && !this.#cron.startsStopped) return
    await this.#ports.act({ service, op: 'restart', why, by: 'cron' })
  }

  #tellPassed(dueAt: number): void {
    const at = new Date(dueAt).toISOString()
    this.#ports.note({
      service: this.#subject.service,
      by: 'cron',
      tone: 'info',
      text: `cron ${showTimes(this.#cron)}: the restart of ${at} is left out, the machine slept or its clock was set`,
    })
  }
}
