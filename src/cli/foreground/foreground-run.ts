import { TroupeError } from '../../base/errors.ts'
import { inheritedFrom } from '../../control/connect.ts'
import type { Declaration } from '../../declaration/service.ts'
import { channelsOf } from '../../protocol/names.ts'
import type { LogLine } from '../../protocol/answers.ts'
import type { Place } from '../call.ts'
import { needSession, type Session } from '../session.ts'
import { stay } from '../staying.ts'
import { type Ending, endingOf } from './ending.ts'
import type { MergedLogs } from './merged-logs.ts'

const all = ['all']
/** More than a log without a mark can have got before it was listened to; the manager sets its own limit. */
const linesOfNew = 1_000_000

/** The services of one run, from their start until the last of them has come to rest. */
export class ForegroundRun {
  readonly #place: Place
  readonly #logs: MergedLogs
  readonly #declaration: Declaration
  readonly #standing: ReadonlySet<string>
  #isDeclared = false
  #isStarted = false
  #isAsked = false
  #wake: () => void = () => {}

  /** `place` is one where a manager runs. */
  constructor(place: Place, declaration: Declaration, logs: MergedLogs) {
    this.#place = place
    this.#logs = logs
    this.#declaration = declaration
    const standing = declaration.services.filter(
      ({ schedule, cronRestart }) => schedule !== undefined || cronRestart !== undefined,
    )
    this.#standing = new Set(standing.map(({ name }) => name))
  }

  /** Resolves when everything has ended and every line of it was printed. */
  async run(): Promise<Ending> {
    const session = await needSession(this.#place)
    await this.#declare(session)
    const [ending] = await Promise.all([this.#watch(session), this.#start()])
    const last = await needSession(this.#place)
    const wanted = { follow: true, drain: true, lines: linesOfNew, after: this.#logs.marks }
    await last.ask('logs', all, wanted, (line) => this.#logs.print(line as LogLine))
    await last.client.close()
    return ending
  }

  /** Stops everything in order; asked again, at once. */
  async stop(): Promise<void> {
    const params = this.#isAsked ? { grace: '0ms' } : {}
    this.#isAsked = true
    this.#wake()
    if (!this.#isDeclared) return
    const session = await needSession(this.#place)
    await session.ask('stop', all, params)
    await session.client.close()
  }

  /** Known before it runs: so nothing is printed that stood in a log before, and nothing is missed. */
  async #declare(session: Session): Promise<void> {
    const { services, ...rest } = this.#declaration
    const waiting = services.map((spec) => ({ ...spec, autostart: false }))
    const { notes = [] } = await session.ask('declare', [], {
      declaration: { ...rest, services: waiting },
      inherited: inheritedFrom(this.#place.env),
    })
    for (const note of notes) this.#place.screen.note(`note: ${note}`)
    const wanted = { follow: true, drain: true, lines: 1 }
    await session.ask('logs', all, wanted, (line) => this.#logs.pass(line as LogLine))
    this.#isDeclared = true
  }

  async #start(): Promise<void> {
    const wanted = this.#declaration.services.filter(({ autostart }) => autostart)
    try {
      if (this.#isAsked || wanted.length === 0) return
      const session = await needSession(this.#place)
      await session.ask(
        'start',
        wanted.map(({ name }) => name),
        {},
      )
      await session.client.close()
    } catch (thrown) {
      // Whoever stops what is starting is obeyed; and the next manager goes on where this one died.
      if (!this.#isAsked && !TroupeError.is(thrown, 'E_MANAGER_UNREACHABLE')) throw thrown
    } finally {
      this.#isStarted = true
      this.#wake()
    }
  }

  async #watch(first: Session): Promise<Ending> {
    let ending: Ending | undefined
    await stay(this.#place, first, async (session) => {
      const wanted = { follow: true, lines: linesOfNew, after: this.#logs.marks }
      const following = session.ask('logs', all, wanted, (line) =>
        this.#logs.print(line as LogLine),
      )
      ending = await Promise.race([this.#rest(session), following.then(() => undefined)])
      await session.client.close()
    })
    if (ending !== undefined) return ending
    throw new TroupeError('E_MANAGER_UNREACHABLE', 'somebody else ended the manager of this run')
  }

  /** Looks at everything whenever something has happened. */
  async #rest(session: Session): Promise<Ending> {
    const { client } = session
    await client.subscribe(channelsOf(client.greeting.ns).everyEvent, () => this.#wake())
    for (;;) {
      const changed = new Promise<void>((resolve) => (this.#wake = resolve))
      const { instances } = await session.ask('status', [], {})
      const around = { standing: this.#standing, isAsked: this.#isAsked }
      const ending = this.#isStarted ? endingOf(instances, around) : undefined
      if (ending !== undefined) return ending
      await changed
    }
  }
}
