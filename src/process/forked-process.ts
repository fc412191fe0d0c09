import type { Cancel, Clock } from '../base/clock.ts'
import type { AgentWord, InsideSight, ManagerWord } from './agent/words.ts'
import { exitOf } from './exit-status.ts'
import { guardName } from './guard.ts'
import type {
  LaunchRecord,
  ManagedProcess,
  ProcessEvents,
  ProcessIdentity,
  StdinRefusal,
} from './host.ts'
import { type InsideLook, InsideLooks } from './inside-looks.ts'
import { InstrumentPanel } from './instrument-panel.ts'
import type { Instruments } from './instruments.ts'
import { isAlive, parseIdentity, sendSignal, trySignal } from './identity.ts'
import { type LifelineNote, watchLifeline } from './lifeline.ts'
import { removePidFile, writePidFile } from './pid-file.ts'
import { hasArgument, readStat } from './proc.ts'
import { type ExitNote, readExitNote, readIdentityNote } from './run-directory.ts'
import { writeStdin } from './stdin.ts'
import type { Listening, Switchboard } from './switchboard.ts'

/** Everything a process is made of, whether it was just spawned or found alive. */
export interface ProcessOrigin {
  readonly record: LaunchRecord
  readonly bootId: string
  readonly clock: Clock
  readonly guardPid: number | undefined
  /** Known from the start only for an adopted process. */
  readonly main: ProcessIdentity | undefined
  readonly events: ProcessEvents
  readonly switchboard: Switchboard
  /** A signal that is meant to end the process is about to be sent to it. */
  askedToEnd(record: LaunchRecord): void
  /** Called once, when there is nothing left to watch. */
  forget(process: ForkedProcess): unknown
}

/** How long the guard gets to note the status of a killed main process before it is killed itself. */
const guardGraceMs = 1_000

/** How long the end of a process waits for what it said before: its words come another way than its end. */
const lastWordsMs = 250

/** How often a process is looked at that lives on without a lifeline, because it closed it and lost its guard. */
const lookAgainMs = 250

/** These would be undone by the SIGCONT that follows the others, or need none. */
const notContinued = new Set<NodeJS.Signals>(['SIGKILL', 'SIGSTOP', 'SIGTSTP', 'SIGCONT'])

/** Signals that people send to services which are to live on. */
const notEnding = new Set<NodeJS.Signals>([
  ...(['SIGSTOP', 'SIGTSTP', 'SIGCONT', 'SIGHUP'] as const),
  ...(['SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const),
])

/** One process behind a guard or a primary: {@link ManagedProcess} over its lifeline and its run directory. */
export class ForkedProcess implements ManagedProcess {
  readonly #origin: ProcessOrigin
  #main: ProcessIdentity | undefined
  #unwatch: Cancel = () => {}
  #isOver = false
  #isEnding = false
  #listening: Listening | undefined
  readonly #waiting: (() => void)[] = []
  readonly #looks: InsideLooks
  readonly #panel: InstrumentPanel

  constructor(origin: ProcessOrigin) {
    this.#origin = origin
    this.#main = origin.main
    this.#looks = new InsideLooks(origin.clock)
    this.#panel = new InstrumentPanel(origin.record.dir, origin.clock)
  }

  get record(): LaunchRecord {
    return this.#origin.record
  }

  get guardPid(): number | undefined {
    return this.#origin.guardPid
  }

  get main(): ProcessIdentity | undefined {
    return this.#main
  }

  get instruments(): Instruments {
    return this.#panel.instruments
  }

  /** Starts listening; without a lifeline the process itself is looked at from time to time. */
  watch(lifeline: number | undefined): void {
    if (this.#main) this.#listen()
    if (lifeline === undefined) this.#lookAgain()
    else {
      this.#unwatch = watchLifeline(lifeline, {
        noted: (note) => this.#noted(note),
        ended: () => this.#ended(),
      })
    }
  }

  signal(signal: NodeJS.Signals): boolean {
    const { bootId, record } = this.#origin
    if (!this.#main || !isAlive(this.#main, bootId)) return false
    if (!notEnding.has(signal)) this.#origin.askedToEnd(record)
    const isBorn = signal === 'SIGKILL' || !hasArgument(this.#main.pid, guardName)
    if (!isBorn) return this.#signalSoon(signal)
    if (!sendSignal(this.#main, bootId, signal)) return false
    // A stopped process would keep the signal pending for ever.
    if (!notContinued.has(signal)) sendSignal(this.#main, bootId, 'SIGCONT')
    return true
  }

  /** A signal that reaches the shell in the instant in which it becomes the service is lost: it waits for that. */
  #signalSoon(signal: NodeJS.Signals): true {
    this.#origin.clock.after(2, () => this.#isOver || this.signal(signal))
    return true
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL')
    await this.#overWithin(guardGraceMs)
    this.#killGroup()
  }

  tell(word: ManagerWord): boolean {
    return this.#listening?.tell(word) ?? false
  }

  async look(look: InsideLook): Promise<InsideSight> {
    // What is alone behind its port is asked there.
    if (this.record.role !== 'worker') return { kind: 'elsewhere' }
    return this.#looks.ask(look, (word) => this.tell(word))
  }

  write(text: string): StdinRefusal | undefined {
    return writeStdin(this.#origin.record.dir, text)
  }

  release(): void {
    this.#unwatch()
    this.#listening?.leave()
    this.#panel.close()
    if (!this.#isOver) this.#origin.forget(this)
    this.#isOver = true
  }

  #noted(note: LifelineNote): void {
    if (note.kind === 'main') this.#started(note.note)
    else this.#finish({ exit: exitOf(note.status), at: this.#exitNote()?.at ?? this.#now() })
  }

  #started(note: string): void {
    const { bootId, events, record } = this.#origin
    // An adopted process may find the note that its first manager did not live to read.
    if (this.#main) return
    this.#main = parseIdentity(note, bootId)
    if (!this.#main) return
    if (record.files.pid !== undefined) writePidFile(record.files.pid, this.#main.pid)
    events.started(this.#main)
    this.#listen()
  }

  /** Not before it is said to have started: what a service says comes after that. */
  #listen(): void {
    const { switchboard, record } = this.#origin
    this.#listening = switchboard.listen(record, (word) => this.#said(word))
  }

  #said(word: AgentWord): void {
    if (word.kind === 'sight') this.#looks.heard(word)
    else if (word.kind !== 'message' || !this.#panel.hear(word.data)) {
      this.#origin.events.said?.(word)
    }
  }

  /** Nobody holds the lifeline: the process is gone, unless it closed what it inherited and lost its guard. */
  #ended(): void {
    if (this.#isOver) return
    const note = this.#exitNote()
    if (note) this.#finish(note)
    else if (this.#main && isAlive(this.#main, this.#origin.bootId)) this.#lookAgain()
    else this.#finish({ exit: { unknown: true }, at: this.#now() })
  }

  #lookAgain(): void {
    this.#unwatch = this.#origin.clock.after(lookAgainMs, () => this.#ended())
  }

  #finish(note: ExitNote): void {
    if (this.#isOver || this.#isEnding) return
    this.#isEnding = true
    this.#unwatch()
    const conclude = (): void => {
      this.#unwatch()
      if (!this.#isOver) this.#conclude(note)
    }
    if (this.#listening === undefined) return conclude()
    this.#unwatch = this.#origin.clock.after(lastWordsMs, conclude)
    this.#listening.afterLastWord(conclude)
  }

  #conclude({ exit, at }: ExitNote): void {
    const { record, events } = this.#origin
    this.release()
    const { pid: pidFile } = record.files
    if (pidFile !== undefined && this.#main) removePidFile(pidFile, this.#main.pid)
    for (const resolve of this.#waiting.splice(0)) resolve()
    events.exited(exit, at)
  }

  #overWithin(ms: number): Promise<void> {
    if (this.#isOver) return Promise.resolve()
    return new Promise((resolve) => {
      const cancel = this.#origin.clock.after(ms, resolve)
      this.#waiting.push(() => {
        cancel()
        resolve()
      })
    })
  }

  /**
   * The group has the guard's pid, and keeps that number taken while anybody is in it. So the number is ours as
   * long as it names no process, or still the guard.
   */
  #killGroup(): void {
    const { record, bootId } = this.#origin
    // All workers of a service share the group of their primary.
    if (record.role === 'worker') return
    const guard = readIdentityNote(record.dir, 'pid', bootId)
    const holder = guard && readStat(guard.pid)
    if (!guard || (holder && holder.startTicks !== guard.startTicks)) return
    trySignal(-guard.pid, 'SIGKILL')
  }

  #exitNote(): ExitNote | undefined {
    return readExitNote(this.#origin.record.dir)
  }

  #now(): Date {
    return this.#origin.clock.date()
  }
}
