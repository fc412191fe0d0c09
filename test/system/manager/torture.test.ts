import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Exit } from '../../../src/base/exit.ts'
import type { InstanceDetail } from '../../../src/protocol/views.ts'
import { fixture } from '../../support/built.ts'
import { isThere, type Trace } from '../../support/traces.ts'
import { startManager, type TestTroupe } from '../../support/troupe.ts'

const kills = 12
const seed = Number(process.env['TORTURE_SEED'] ?? 7)

/** Numerical Recipes' generator: the same moments in every run, so that a failure can be met again. */
function chanceFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

test(
  'random kill -9 of the manager while services crash: no orphan, no double, no wrong exit code',
  { timeout: 90_000 },
  async () => {
    const troupe = await startManager()
    const ends = join(troupe.home.dir, 'ends')
    await troupe.declare(crashLoopers(ends))
    const overseer = new Overseer(troupe)
    const chance = chanceFrom(seed)

    for (let i = 0; i < kills; i++) {
      // Short enough to hit managers that are still booting, long enough for many crashes.
      // oxlint-disable-next-line no-await-in-loop
      await pause(50 + chance() * 1_200)
      // oxlint-disable-next-line no-await-in-loop
      await troupe.killManager()
    }
    await troupe.reconnect()
    await troupe.client.stop('all')
    await overseer.stop()

    expect(overseer.doubles).toEqual([])
    expect(troupe.traces()).toEqual([])
    expect(troupe.events('orphan.found')).toEqual([])
    const truth = readEnds(ends)
    expect(truth.size).toBeGreaterThan(kills)
    expect(slotsEnded(troupe)).toEqual(
      [...truth].map(([id, code]) => ended([slotOf(id), code])).toSorted(),
    )
    process.stdout.write(`${kills} kills, ${truth.size} launches\n`)
    expect(launchesEnded(troupe).toSorted()).toEqual([...truth].map(ended).toSorted())
  },
)

function crashLoopers(ends: string) {
  const looper = (name: string, lifeSeconds: string, more = {}) => ({
    name,
    script: fixture('crash-looper.sh'),
    args: [ends, lifeSeconds],
    max_restarts: 10_000,
    restart_delay: 30,
    // A signal that ends nobody, not even a shell that is not deaf yet: every launch ends by itself.
    kill_signal: 'SIGCONT',
    kill_timeout: 10_000,
    ...more,
  })
  return {
    apps: [
      looper('quick', '0'),
      looper('short', '0.1'),
      looper('long', '0.6'),
      looper('pair', '0.3', { instances: 2, exec_mode: 'fork' }),
    ],
  }
}

/** The code that each launch announced before it ended, by launch id. */
function readEnds(path: string): ReadonlyMap<string, number> {
  const lines = readFileSync(path, 'utf8').trim().split('\n')
  const said = lines.map((line): readonly [string, number] => {
    const [cookie = '', , code] = line.split(' ')
    return [cookie.split(':')[1] ?? '', Number(code)]
  })
  const byLaunch = new Map(said)
  expect(byLaunch.size).toBe(said.length)
  return byLaunch
}

/** Every end that was told as an event. */
function launchesEnded(troupe: TestTroupe): readonly string[] {
  const idOf = new Map(servicesOf(troupe).map(({ id, spec }) => [spec.name, id]))
  return troupe
    .events('instance.exited')
    .map(({ data: { service = '', slot, incarnation, exit } }) =>
      ended([`${idOf.get(service)}.${slot}.${incarnation}`, codeOf(exit)]),
    )
    .toSorted()
}

/** Every end in the crash ledger, from disk: `describe` shows no more than the last few. */
function slotsEnded(troupe: TestTroupe): readonly string[] {
  return servicesOf(troupe)
    .flatMap(({ id }) => {
      const file = join('ledger', `${id}.json`)
      const ledger = readState(troupe, file) as Pick<InstanceDetail, 'exits'>
      return ledger.exits.map(({ slot, exit }) => ended([`${id}.${slot}`, codeOf(exit)]))
    })
    .toSorted()
}

function servicesOf(troupe: TestTroupe) {
  const desired = readState(troupe, 'desired.json') as {
    readonly services: readonly { readonly id: string; readonly spec: { readonly name: string } }[]
  }
  return desired.services
}

function readState({ home }: TestTroupe, file: string): unknown {
  return JSON.parse(readFileSync(join(home.stateDir, file), 'utf8'))
}

function ended([who, code]: readonly [string, unknown]): string {
  return `${who} ended with ${String(code)}`
}

function codeOf(exit: Exit): unknown {
  return 'code' in exit ? exit.code : JSON.stringify(exit)
}

/** Looks for two launches of one slot that live at the same moment, as often as it can. */
class Overseer {
  readonly doubles: string[] = []
  readonly #troupe: TestTroupe
  readonly #watching: Promise<void>
  #isOn = true

  constructor(troupe: TestTroupe) {
    this.#troupe = troupe
    this.#watching = this.#watch()
  }

  async stop(): Promise<void> {
    this.#isOn = false
    await this.#watching
  }

  async #watch(): Promise<void> {
    while (this.#isOn) {
      this.doubles.push(...this.#look())
      // oxlint-disable-next-line no-await-in-loop
      await pause(5)
    }
  }

  #look(): readonly string[] {
    const traces = this.#troupe.traces()
    return traces.flatMap((one) => {
      const other = traces.find((each) => isRival(one, each))
      // A look takes a while: both must be there at its end.
      const isDouble = other !== undefined && isThere(other) && isThere(one) && isThere(other)
      return isDouble ? [`${one.launchId} beside ${other.launchId}`] : []
    })
  }
}

/** Another launch of the same slot. */
function isRival(one: Trace, other: Trace): boolean {
  return slotOf(one.launchId) === slotOf(other.launchId) && one.launchId !== other.launchId
}

function slotOf(launchId: string): string {
  return launchId.slice(0, launchId.lastIndexOf('.'))
}
