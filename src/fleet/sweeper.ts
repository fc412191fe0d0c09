import { type Cancel, type Clock, every, type Millis } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import { type HostState, judgeHost } from '../bus/host-verdict.ts'
import { Lease } from '../bus/lease.ts'
import { readRegistry, type Registry } from '../bus/registry.ts'
import type { Command } from '../bus/script.ts'
import { asTexts, pairsOf } from '../bus/stream-entries.ts'
import { keysOf } from '../protocol/names.ts'

/** What a sweeper says. */
export interface HostChange {
  readonly host: string
  readonly state: HostState
  readonly why: string
}

/** Where a sweeper looks, and who hears what it saw. */
export interface SweeperOptions {
  readonly ns: string
  readonly host: string
  readonly clock: Clock
  readonly command: Command
  readonly changed: (change: HostChange) => void
  readonly log: (line: string) => void
}

/** How often the sweeper looks at everybody, and its deputies at the sweeper. */
const lookMs: Millis = 500
/** In a large fleet a deputy looks less often: together they look as often. */
const lookMsPerHost: Millis = 20
const leaseMs: Millis = 6_000
const leaseName = 'sweeper'
/** Before the name of a host, in the field that says how it stood when somebody last looked. */
const seen = 'seen:'

/**
 * Watches over the hosts of a fleet, for whoever has the lease of that name: one voice says how each stands, and
 * everybody hears it as an event. The others watch the sweeper, and take over as soon as its connection is gone.
 */
export class Sweeper {
  readonly #options: SweeperOptions
  readonly #lease: Lease
  #stop: Cancel = () => {}
  #isLooking = false
  #lookedAt: Millis = -Infinity
  #hosts = 1
  #complained: string | undefined
  /** How everybody stood; undefined until that was read from where the last sweeper left it. */
  #known: Map<string, HostState> | undefined

  constructor(options: SweeperOptions) {
    this.#options = options
    const { ns, host, clock, command } = options
    this.#lease = new Lease({
      command,
      keys: keysOf(ns),
      name: leaseName,
      holder: host,
      ttlMs: leaseMs,
      clock,
      changed: (state) => {
        if (state.kind !== 'held') this.#known = undefined
      },
    })
  }

  open(): void {
    this.#lease.open()
    this.#stop = every(this.#options.clock, lookMs, () => void this.#look())
  }

  async close(): Promise<void> {
    this.#stop()
    await this.#lease.close()
  }

  async #look(): Promise<void> {
    const { state } = this.#lease
    const { clock } = this.#options
    const isDeputy = state.kind !== 'held'
    const pauseMs = isDeputy ? this.#hosts * lookMsPerHost : 0
    if (this.#isLooking || clock.now() - this.#lookedAt < pauseMs) return
    this.#isLooking = true
    this.#lookedAt = clock.now()
    try {
      const registry = await readRegistry(this.#options.command, this.#options.ns)
      this.#hosts = registry.hosts.length
      if (state.kind === 'taken') await this.#replace(state.holder, registry)
      if (this.#lease.state.kind === 'held') await this.#sweep(registry)
    } catch (thrown) {
      // Redis is away, which is told elsewhere; whatever else it is, the next look may be better.
      this.#complain(messageOf(thrown))
    } finally {
      this.#isLooking = false
    }
  }

  #complain(why: string): void {
    if (why === this.#complained || /cannot be reached|closed|timed out/i.test(why)) return
    this.#complained = why
    this.#options.log(`cannot look at the hosts of the fleet: ${why}`)
  }

  async #replace(holder: string, { hosts }: Registry): Promise<void> {
    const itsHost = hosts.find(({ host }) => host === holder)
    const isGone = itsHost === undefined || itsHost.signs.listeners === 0
    if (isGone) await this.#lease.ask(holder)
  }

  async #sweep({ hosts, nowMs }: Registry): Promise<void> {
    const { command, ns, changed } = this.#options
    const key = keysOf(ns).meta
    this.#known ??= await readVerdicts(command, key)
    for (const { host, signs } of hosts) {
      const { state, why } = judgeHost(signs, nowMs)
      const before = this.#known.get(host)
      if (before === state) continue
      this.#known.set(host, state)
      // Who comes after this one must not tell it again.
      // oxlint-disable-next-line no-await-in-loop
      await command('HSET', key, `${seen}${host}`, state)
      // A host that was never seen any better is no news.
      if (before !== undefined || state === 'up') changed({ host, state, why })
    }
  }
}

async function readVerdicts(command: Command, key: string): Promise<Map<string, HostState>> {
  const known = new Map<string, HostState>()
  for (const [field, state] of pairsOf(asTexts(await command('HGETALL', key)))) {
    if (!field.startsWith(seen)) continue
    const host = field.slice(seen.length)
    if (state === 'up' || state === 'unreachable' || state === 'down') known.set(host, state)
  }
  return known
}
