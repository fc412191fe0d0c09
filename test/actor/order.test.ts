import fc from 'fast-check'
import { expect, test } from 'vitest'
import { same } from '../../src/actor/index.ts'
import { givenSystem } from './given.ts'

interface Numbered {
  readonly sender: number
  readonly n: number
  readonly deed: 'note' | 'crash' | 'wait'
}

const moves = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('tell' as const),
      sender: fc.nat(2),
      deed: fc.constantFrom('note' as const, 'note' as const, 'crash' as const, 'wait' as const),
    }),
    fc.constant({ kind: 'run' as const }),
    fc.constant({ kind: 'settle' as const }),
    fc.record({ kind: fc.constant('advance' as const), ms: fc.nat(300) }),
  ),
  { maxLength: 60 },
)

test('whatever is sent and however often it fails, messages arrive one at a time and in order', async () => {
  const history = fc.asyncProperty(moves, async (steps) => {
    const { system, clock } = givenSystem({
      supervision: {
        strategy: 'one_for_one',
        intensity: { max: Infinity, windowMs: 1 },
        onExceeded: 'stop',
      },
    })
    const seen: Numbered[] = []
    let atWork = 0
    let mostAtWork = 0
    const ref = system.spawn<Numbered>({
      id: 'receiver',
      backoff: { initialMs: 100, factor: 2, maxMs: 1_000, jitter: 0, resetAfterMs: 1_000 },
      behavior: () => ({
        init: () => null,
        async receive(_, message) {
          mostAtWork = Math.max(mostAtWork, ++atWork)
          seen.push(message)
          if (message.deed === 'wait') await Promise.resolve()
          atWork--
          if (message.deed === 'crash') throw new Error('broken')
          return same
        },
      }),
    })
    const sent = [0, 0, 0]

    for (const step of steps) {
      if (step.kind === 'run') system.run()
      else if (step.kind === 'settle') await system.settle()
      else if (step.kind === 'advance') clock.advance(step.ms)
      else {
        const n = (sent[step.sender] ?? 0) + 1
        sent[step.sender] = n
        ref.tell({ sender: step.sender, n, deed: step.deed })
      }
    }
    for (let i = 0; i < 100; i++) {
      clock.advance(1_000)
      await system.settle()
    }

    expect(mostAtWork).toBeLessThanOrEqual(1)
    for (const [sender, count] of sent.entries()) {
      const numbers = seen.filter((message) => message.sender === sender).map(({ n }) => n)
      expect(numbers).toEqual(Array.from({ length: count }, (_, i) => i + 1))
    }
  })
  await fc.assert(history, { numRuns: 60 })
})
