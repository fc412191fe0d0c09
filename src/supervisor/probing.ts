import type { Cancel } from '../base/clock.ts'
import type { Probe } from '../declaration/probes.ts'
import { cookieVariable } from '../process/cookie.ts'
import type { ManagedProcess } from '../process/host.ts'
import type { Sight, ProbeSite } from '../process/probe.ts'
import type { Event } from './instance-machine.ts'
import type { SupervisorPorts } from './instance-ports.ts'
import { launchOrder } from './launch-order.ts'
import { look } from './look.ts'
import { judgeLook, noStreak, type ProbeVerdict } from './probe-policy.ts'
import type { Standing } from './remembered.ts'
import type { SeatedSlot } from './seat.ts'

/** What is looked for now: whether it is ready, or still alive. */
interface WantedProbe {
  readonly what: 'readiness' | 'liveness'
  readonly probe: Probe
}

type ProbingPorts = Pick<SupervisorPorts, 'clock' | 'prober' | 'around' | 'inheritance'>

/** Looks at the process of one instance for as long as there is something to find out. */
export class Probing {
  readonly #ports: ProbingPorts
  readonly #hear: (launch: number, event: Event) => void
  #now = ''
  #stop: Cancel = () => {}

  constructor(ports: ProbingPorts, hear: (launch: number, event: Event) => void) {
    this.#ports = ports
    this.#hear = hear
  }

  /** Begins, goes on or ends, as the instance stands now. */
  follow(slot: SeatedSlot, standing: Standing): void {
    const wanted = wantedOf(slot, standing)
    const now = wanted === undefined ? '' : JSON.stringify([standing.launch, wanted])
    if (now === this.#now) return
    this.#now = now
    this.#stop()
    if (wanted !== undefined) this.#begin(slot, standing.launch, wanted)
  }

  close(): void {
    this.#now = ''
    this.#stop()
  }

  #begin(slot: SeatedSlot, launch: number, { what, probe }: WantedProbe): void {
    const { clock, around, inheritance, prober } = this.#ports
    const { cwd, env, user } = launchOrder(slot, launch, around)
    const plain = { cwd, env, ...(user === undefined ? {} : { user }) }
    let isOver = false
    let looking = new AbortController()
    let cancel: Cancel = () => {}
    let streak = noStreak
    const next = async (): Promise<void> => {
      looking = new AbortController()
      const held = inheritance.held(slot.serviceId, slot.seat)
      const process = held?.launch === launch ? held.process : undefined
      const site = withCookie(plain, process)
      const patience = { timeoutMs: probe.timeoutMs, signal: looking.signal }
      const sight = await look(probe.check, { process, site, prober }, patience)
      if (isOver) return
      const judged = judgeLook(probe, sight, streak)
      ;({ streak } = judged)
      const event = eventOf(what, sight, judged.verdict)
      // Once it is known what was asked, the instance says what to look for next.
      if (event !== undefined) this.#hear(launch, event)
      cancel = clock.after(probe.intervalMs, () => void next())
    }
    this.#stop = () => {
      isOver = true
      cancel()
      looking.abort()
    }
    // What lives now was alive a moment ago.
    if (what === 'readiness') void next()
    else cancel = clock.after(probe.intervalMs, () => void next())
  }
}

/** Should the manager die, what a look has started is swept with the process that it looked at. */
export function withCookie(site: ProbeSite, process: ManagedProcess | undefined): ProbeSite {
  if (process === undefined) return site
  return { ...site, env: { ...site.env, [cookieVariable]: process.record.cookie } }
}

function wantedOf({ spec }: SeatedSlot, { state, memory }: Standing): WantedProbe | undefined {
  const { readiness, liveness, execMode } = spec
  if (state === 'online' && liveness !== undefined) return { what: 'liveness', probe: liveness }
  const isAwaited = state === 'starting' && memory.pid !== undefined && memory.awaits === 'probe'
  if (!isAwaited || readiness?.kind !== 'probe') return undefined
  // Before that its port is not its own, and any other of the service might answer.
  if (execMode === 'cluster' && memory.isListening !== true) return undefined
  return { what: 'readiness', probe: readiness.probe }
}

function eventOf(
  what: WantedProbe['what'],
  sight: Sight,
  verdict: ProbeVerdict,
): Event | undefined {
  // One that is awaited is not ended for what was seen, but asked for it when its time is over.
  if (what === 'readiness' && sight !== undefined) return { kind: 'ill', why: sight }
  switch (verdict.kind) {
    case 'well':
      return what === 'readiness' ? { kind: 'ready', via: 'probe' } : undefined
    case 'ill':
      return { kind: 'ill', why: verdict.why }
    case 'unsure':
      return undefined
  }
}
