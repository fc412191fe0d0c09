import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type DrainEffect,
  type DrainEvent,
  type DrainPhase,
  type DrainStep,
  drainTable,
} from '../../../src/process/agent/drain-machine.ts'

/** Takes events through the table; returns where they led and everything that was to be done. */
function after(...events: readonly DrainEvent[]): { phase: DrainPhase; effects: DrainEffect[] } {
  let phase: DrainPhase = 'serving'
  const effects: DrainEffect[] = []
  for (const event of events) {
    const step: DrainStep = drainTable[phase][event]
    phase = step.phase
    effects.push(...step.effects)
  }
  return { phase, effects }
}

const cases: [what: string, events: DrainEvent[], phase: DrainPhase][] = [
  ['nothing has happened', [], 'serving'],
  ['it is told to drain', ['drain'], 'closing'],
  ['no connection is open, but one may be on its way', ['drain', 'empty'], 'closing'],
  ['nothing is on its way any more', ['drain', 'bye'], 'settling'],
  ['the last connection has ended as well', ['drain', 'bye', 'empty'], 'lingering'],
  ['time is over before the bye', ['drain', 'deadline'], 'lingering'],
  ['time is over after the bye', ['drain', 'bye', 'deadline'], 'lingering'],
  ['its last words had time to go', ['drain', 'bye', 'empty', 'lingered'], 'gone'],
  ['a bye comes that nobody asked for', ['bye', 'empty', 'deadline'], 'serving'],
]

test.each(cases)('when %s, the service is where it should be', (_, events, phase) => {
  expect(after(...events).phase).toBe(phase)
})

test('what is done to drain is done once, however often it is asked for', () => {
  const { effects } = after('drain', 'drain', 'bye', 'drain', 'empty', 'empty', 'drain')

  expect(effects).toEqual([
    'lastAnswers',
    'closeListeners',
    'tellService',
    'sayDraining',
    'watchTime',
    'askForBye',
    'sayDrained',
    'linger',
  ])
})

test('idle connections are closed while it drains, and at no other time', () => {
  expect(after('idle').effects).toEqual([])
  expect(after('drain', 'idle').effects).toContain('closeIdle')
  expect(after('drain', 'bye', 'idle').effects).toContain('closeIdle')
  expect(after('drain', 'bye', 'empty', 'idle').effects).not.toContain('closeIdle')
})

test('whatever happens in whatever order: it leaves at most once, and only after it said that it was drained', () => {
  const anyEvent = fc.constantFrom<DrainEvent>(
    ...(['drain', 'bye', 'empty', 'idle', 'deadline', 'lingered'] as const),
  )

  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
      const { effects } = after(...events)
      const count = (wanted: DrainEffect) => effects.filter((effect) => effect === wanted).length
      expect(count('sayDrained')).toBeLessThanOrEqual(1)
      expect(count('leave')).toBeLessThanOrEqual(count('sayDrained'))
      expect(effects.length === 0 || events.includes('drain')).toBe(true)
    }),
  )
})

test('whatever happened before: after a drain, a deadline ends it', () => {
  const anyEvent = fc.constantFrom<DrainEvent>('drain', 'bye', 'empty', 'idle', 'deadline')

  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 20 }), (events) => {
      expect(after('drain', ...events, 'deadline', 'lingered').phase).toBe('gone')
    }),
  )
})
