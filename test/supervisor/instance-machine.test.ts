import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { InstanceState } from '../../src/protocol/views.ts'
import {
  type Effect,
  type Event,
  type Memory,
  step,
  type Timer,
} from '../../src/supervisor/instance-machine.ts'
import { exitedWith, memoryWith, moment, policyWith } from './given.ts'

/** Takes a history through the machine and keeps what it asked for. */
function live(
  history: readonly Event[],
  given: Partial<Memory> = {},
  from: InstanceState = 'stopped',
) {
  let state = from
  let memory = memoryWith(given)
  const effects: Effect[] = []
  for (const event of history) {
    const next = step(state, event, memory, moment)
    ;({ state, memory } = next)
    effects.push(...next.effects)
  }
  return {
    state,
    memory,
    effects,
    said: effects.flatMap((e) => (e.do === 'announce' ? [e.type] : [])),
  }
}

const start: Event = { kind: 'start', isAutomatic: false }
const stop: Event = { kind: 'stop' }
const restart: Event = { kind: 'restart', why: 'asked' }
const gateOpen: Event = { kind: 'gateOpen' }
const prepared: Event = { kind: 'prepared' }
const spawned: Event = { kind: 'spawned', guardPid: 6, argv: ['node'] }
const alive: Event = { kind: 'alive', pid: 7 }
const ended: Event = { kind: 'ended' }
const exited: Event = exitedWith({})

const up = [start, gateOpen, prepared, spawned, alive]

test('a start goes through the gate and the intent before anything is spawned', () => {
  const { state, effects } = live(up)

  expect(state).toBe('online')
  expect(effects.filter((e) => e.do !== 'announce' && e.do !== 'arm' && e.do !== 'disarm')).toEqual(
    [{ do: 'askGate', isAutomatic: false }, { do: 'prepare' }, { do: 'spawn' }],
  )
})

test.each([
  ['start', start],
  ['restart', { kind: 'restart', why: 'asked' }],
] as const)('a commanded %s does not wait its turn among the automatic ones', (_, event) => {
  const { effects } = live([{ kind: 'start', isAutomatic: true }, event])

  expect(effects.filter((e) => e.do === 'askGate')).toEqual([
    { do: 'askGate', isAutomatic: true },
    { do: 'askGate', isAutomatic: false },
  ])
})

test('a crash restarts at once, and says so', () => {
  const { state, said, effects } = live([...up, exited])

  expect(state).toBe('backoff')
  expect(said.slice(-2)).toEqual(['instance.exited', 'instance.backoff'])
  expect(effects.at(-1)).toEqual({ do: 'arm', timer: 'backoffDue', ms: 0 })
})

test('a stop that is ignored ends in SIGKILL after the grace', () => {
  const { state, effects } = live([...up, { kind: 'stop', graceMs: 500 }, { kind: 'killDue' }])

  expect(state).toBe('killing')
  expect(effects).toContainEqual({ do: 'signal', signal: 'SIGINT' })
  expect(effects).toContainEqual({ do: 'arm', timer: 'killDue', ms: 500 })
  expect(effects).toContainEqual({ do: 'kill' })
})

test('a stop while the process is being started waits for it, then stops it', () => {
  const { state, effects } = live([start, gateOpen, prepared, stop, spawned, alive])

  expect(state).toBe('stopping')
  expect(effects).toContainEqual({ do: 'signal', signal: 'SIGINT' })
})

test('a stop before the spawn leaves nothing behind', () => {
  const { state, effects } = live([start, gateOpen, stop, prepared])

  expect(state).toBe('stopped')
  expect(effects).toContainEqual({ do: 'abandon' })
  expect(effects).not.toContainEqual({ do: 'spawn' })
})

test('what comes after an end is waited for, and nothing is done to a process that is gone', () => {
  const waiting = live([...up, ended, stop, { kind: 'hasten', graceMs: 0 }, { kind: 'killDue' }])
  const crashed = live([...up, ended, exited])

  expect(waiting.state).toBe('stopping')
  expect(waiting.effects.map((effect) => effect.do)).not.toContain('kill')
  expect(waiting.said).not.toContain('instance.stopped')
  expect(crashed.state).toBe('backoff')
})

test('a restart starts only after the old process has gone', () => {
  const before = live([...up, restart])
  const after = live([...up, restart, exited])

  expect(before.state).toBe('stopping')
  expect(after.state).toBe('waiting')
  expect(after.memory.restarts).toBe(1)
})

test('a start while stopping is remembered', () => {
  expect(live([...up, stop, start, exited]).state).toBe('waiting')
  expect(live([...up, stop, start, stop, exited]).state).toBe('stopped')
})

test('what outlives the sweep makes the instance stuck, and nothing is started beside it', () => {
  const survivor = exitedWith({ survivors: [{ pid: 9, state: 'D' }] })

  expect(live([...up, survivor]).state).toBe('stuck')
  expect(live([...up, survivor, { kind: 'swept', survivors: [] }]).state).toBe('backoff')
  expect(live([...up, stop, survivor, { kind: 'swept', survivors: [] }]).state).toBe('stopped')
})

test('the end that left survivors is judged once they are gone', () => {
  const survivor = exitedWith({ survivors: [{ pid: 9, state: 'D' }] })
  const policy = policyWith({ mode: 'never' })

  const { state, said } = live([...up, survivor, { kind: 'swept', survivors: [] }], { policy })

  expect(state).toBe('stopped')
  expect(said.at(-1)).toBe('instance.completed')
})

test('consecutive crashes end in errored; a commanded start forgives them, one at boot does not', () => {
  const policy = policyWith({ maxRestarts: 2 })
  const again: Event[] = [{ kind: 'backoffDue' }, gateOpen, prepared, spawned, alive, exited]
  const history = [...up, exited, ...again]

  expect(live(history, { policy }).state).toBe('errored')
  expect(live([...history, { kind: 'start', isAutomatic: true }], { policy }).state).toBe('errored')
  const forgiven = live([...history, start], { policy })
  expect(forgiven.state).toBe('waiting')
  expect(forgiven.memory.failures).toEqual({ unstable: 0, attempts: 0 })
})

test('a missing script is given up at once, a full disk is tried again', () => {
  const failed = (isRetryable: boolean): Event => ({
    kind: 'prepareFailed',
    why: 'no',
    isRetryable,
  })

  expect(live([start, gateOpen, failed(false)]).state).toBe('errored')
  expect(live([start, gateOpen, failed(true)]).state).toBe('backoff')
})

test('an adopted process goes on as if the manager had never died', () => {
  const adopted: Event = { kind: 'adopted', pid: 7, gapMs: 300, readyForMs: 400 }
  const { state, effects } = live([{ kind: 'adopt' }, adopted], { wanted: 'up' })

  expect(state).toBe('online')
  expect(effects.at(-1)).toEqual({ do: 'arm', timer: 'stableDue', ms: 600 })
})

test('a process that was being stopped when the manager died is stopped by the next', () => {
  const adopted: Event = { kind: 'adopted', pid: 7, gapMs: 300, readyForMs: 400 }
  expect(live([{ kind: 'adopt' }, adopted], { wanted: 'down' }).state).toBe('stopping')
})

/** What the world may answer to what the machine asked for; commands may come at any time. */
class World {
  alive = 0
  /** A process was asked for while another lived. */
  wasDoubled = false
  #gate = false
  #prepares = 0
  #isSpawned = false
  #isBorn = false
  #isSwept = false
  readonly #timers = new Set<Timer>()

  possible(): Event[] {
    const events: Event[] = [start, stop, restart, { kind: 'start', isAutomatic: true }]
    if (this.#gate) events.push(gateOpen)
    if (this.#prepares > 0) {
      events.push(prepared, { kind: 'prepareFailed', why: '', isRetryable: true })
    }
    if (this.#isSpawned) events.push(spawned, { kind: 'spawnFailed', why: '', isRetryable: true })
    if (this.#isBorn) events.push(alive)
    if (this.alive > 0 && !this.#isSwept) {
      events.push(ended, exited, exitedWith({ survivors: [{ pid: 9, state: 'D' }] }))
    }
    if (this.#isSwept) events.push({ kind: 'swept', survivors: [] })
    for (const kind of this.#timers) events.push({ kind })
    return events
  }

  happened(event: Event): void {
    if (event.kind === 'gateOpen') this.#gate = false
    if (event.kind === 'prepared' || event.kind === 'prepareFailed') this.#prepares -= 1
    if (event.kind === 'spawned' || event.kind === 'spawnFailed') this.#isSpawned = false
    if (event.kind === 'alive') this.#isBorn = false
    if (event.kind === 'spawnFailed' || event.kind === 'swept') this.#die(0)
    if (event.kind === 'exited') this.#die(event.survivors.length)
    this.#timers.delete(event.kind as Timer)
  }

  perform(effect: Effect): void {
    if (effect.do === 'askGate') this.#gate = true
    if (effect.do === 'prepare') this.#prepares += 1
    if (effect.do === 'arm') this.#timers.add(effect.timer)
    if (effect.do === 'disarm') this.#timers.delete(effect.timer)
    if (effect.do !== 'spawn') return
    if (this.alive > 0) this.wasDoubled = true
    this.alive += 1
    this.#isSpawned = true
    this.#isBorn = true
  }

  #die(survivors: number): void {
    this.alive = survivors
    this.#isSwept = survivors > 0
    this.#isSpawned = false
    this.#isBorn = false
  }
}

test('no history of events leaves two live processes in a slot', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 1_000 }), { size: 'large' }), (choices) => {
      let state: InstanceState = 'stopped'
      let memory = memoryWith({})
      const world = new World()
      let wasForgotten = false
      for (const choice of choices) {
        const possible = world.possible()
        const event = possible[choice % possible.length] ?? start
        const next = step(state, event, memory, moment)
        ;({ state, memory } = next)
        world.happened(event)
        for (const effect of next.effects) world.perform(effect)
        if (world.alive > 0 && (state === 'stopped' || state === 'errored')) wasForgotten = true
      }
      expect({ wasDoubled: world.wasDoubled, wasForgotten }).toEqual({
        wasDoubled: false,
        wasForgotten: false,
      })
    }),
    { numRuns: 1_000 },
  )
})
