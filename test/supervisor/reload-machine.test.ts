import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  newReload,
  type ReloadEffect,
  type ReloadEvent,
  type ReloadMemory,
  type ReloadPhase,
  stepReload,
} from '../../src/supervisor/reload-machine.ts'

const begin: ReloadEvent = { kind: 'begin' }
const ready: ReloadEvent = { kind: 'ready' }
const halfProven: ReloadEvent = { kind: 'half-proven' }
const proven: ReloadEvent = { kind: 'proven' }
const gone: ReloadEvent = { kind: 'gone', forced: 0 }
const failed: ReloadEvent = { kind: 'failed', why: 'exit code 1' }
const relapsed: ReloadEvent = { kind: 'relapsed', slot: 0, why: 'exit code 2' }
const halt: ReloadEvent = { kind: 'halt', why: 'stopped by redis-cli' }

const proves = { proveMs: 1_000, canGoBack: false }
const reversible = { ...proves, canGoBack: true }

/** The effects of a history, in words. */
function tell(memory: ReloadMemory, ...events: readonly ReloadEvent[]): readonly string[] {
  let phase: ReloadPhase = 'idle'
  let now = memory
  return events.flatMap((event) => {
    const step = stepReload(phase, event, now)
    phase = step.phase
    now = step.memory
    return step.effects.map(wordOf)
  })
}

function wordOf(effect: ReloadEffect): string {
  switch (effect.do) {
    case 'begin':
      return `begin ${effect.slot} ${effect.revision}`
    case 'trust':
    case 'promote':
    case 'discard':
      return `${effect.do} ${effect.slot}`
    case 'step':
      return `${effect.replaced}/${effect.total}`
    case 'finish':
      return effect.outcome.kind
    case 'prove':
    case 'stopProving':
      return effect.do
  }
}

test('two slots: the first successor proves itself, the second need only be ready', () => {
  const memory = newReload([0, 1], proves)

  const told = tell(memory, begin, ready, proven, gone, ready, gone)

  const expected = 'begin 0 new, prove, promote 0, 1/2, begin 1 new, promote 1, 2/2, completed'
  expect(told.join(', ')).toBe(expected)
})

test('the first successor is given work when it has proven itself half', () => {
  const memory = newReload([0], proves)

  const told = tell(
    memory,
    begin,
    halfProven,
    ready,
    halfProven,
    halfProven,
    proven,
    halfProven,
    gone,
  )

  expect(told.join(', ')).toBe('begin 0 new, prove, trust 0, trust 0, promote 0, 1/1, completed')
})

test.each([
  { name: 'throws at boot', history: [begin, failed, gone] },
  { name: 'is ready and dies soon', history: [begin, ready, failed, gone] },
])('a build that $name: nothing is promoted, it is rolled back', ({ history }) => {
  const told = tell(newReload([0, 1], reversible), ...history)

  expect(told).not.toContain('promote 0')
  expect(told.slice(-2)).toEqual(['discard 0', 'rolled-back'])
})

test('a later successor fails: what was replaced gets its old revision back', () => {
  const first = [begin, ready, proven, gone] as const

  const told = tell(newReload([0, 1], reversible), ...first, failed, gone, ready, gone)

  const after = 'begin 1 new, discard 1, begin 0 old, promote 0, 1/1, rolled-back'
  expect(told.slice(4).join(', ')).toBe(after)
})

test('without another revision there is no way back: it says what it left', () => {
  const memory = newReload([0, 1], proves)
  const first = [begin, ready, proven, gone] as const
  const step = first.reduce((at, event) => stepReload(at.phase, event, at.memory), {
    ...stepReload('idle', gone, memory),
  })
  const discarding = stepReload(step.phase, failed, step.memory)

  const over = stepReload(discarding.phase, gone, discarding.memory)

  const outcome = { kind: 'rolled-back', why: 'exit code 1', left: [0] }
  expect(over.effects).toEqual([{ do: 'finish', outcome }])
})

test('a replaced copy fails while the next one retires: the reload turns back after that slot', () => {
  const first = [begin, ready, proven, gone] as const

  const told = tell(newReload([0, 1, 2], reversible), ...first, ready, relapsed, gone, ready, gone)

  const after = 'begin 1 new, promote 1, 2/3, begin 0 old, promote 0, 1/2, begin 1 old'
  expect(told.slice(4).join(', ')).toBe(after)
})

test.each([
  { when: 'starting', history: [begin, halt, gone], last: ['discard 0', 'halted'] },
  { when: 'proving', history: [begin, ready, halt, gone], last: ['discard 0', 'halted'] },
  { when: 'retiring', history: [begin, ready, proven, halt, gone], last: ['1/2', 'halted'] },
])('halted while $when: it ends at the next safe point', ({ history, last }) => {
  const told = tell(newReload([0, 1], reversible), ...history)

  expect(told.slice(-2)).toEqual(last)
})

/** Any order in which the world may answer. */
const events = fc.array(
  fc.constantFrom(begin, ready, halfProven, proven, gone, failed, relapsed, halt),
  {
    maxLength: 40,
  },
)

/** Watches a reload from outside: who runs beside the declared copies, and whether that one was ever ready. */
class Witness {
  readonly complaints: string[] = []
  #isReady = false
  #extra = 0

  before(phase: ReloadPhase, { kind }: ReloadEvent): void {
    if (kind === 'ready' && phase === 'starting') this.#isReady = true
    if (kind === 'gone' && ['retiring', 'discarding'].includes(phase)) this.#extra -= 1
  }

  sees(effect: ReloadEffect): void {
    if (effect.do === 'begin') {
      this.#extra += 1
      this.#isReady = false
    }
    if (this.#extra > 1) this.complaints.push('a second copy above the declared number')
    if (effect.do === 'promote' && !this.#isReady) this.complaints.push('promoted unready')
    if (effect.do === 'finish' && this.#extra !== 0) this.complaints.push('somebody is left over')
  }
}

test('whatever happens: an old copy is retired only for a successor that was ready', () => {
  fc.assert(
    fc.property(events, fc.boolean(), (history, canGoBack) => {
      const witness = new Witness()
      let phase: ReloadPhase = 'idle'
      let memory = newReload([0, 1, 2], { proveMs: 1_000, canGoBack })
      for (const event of history) {
        witness.before(phase, event)
        const step = stepReload(phase, event, memory)
        for (const effect of step.effects) witness.sees(effect)
        phase = step.phase
        memory = step.memory
      }
      expect(witness.complaints).toEqual([])
    }),
  )
})

test('whatever happened before: answered faithfully, every reload ends', () => {
  fc.assert(
    fc.property(events, fc.boolean(), (history, canGoBack) => {
      let step = stepReload('idle', begin, newReload([0, 1, 2], { proveMs: 1_000, canGoBack }))
      for (const event of history) step = stepReload(step.phase, event, step.memory)
      for (let turns = 0; turns < 40 && step.phase !== 'over'; turns++) {
        const answer = { starting: ready, proving: proven, retiring: gone, discarding: gone }
        const event = step.phase === 'idle' ? begin : answer[step.phase as keyof typeof answer]
        step = stepReload(step.phase, event, step.memory)
      }
      expect(step.phase).toBe('over')
    }),
  )
})
