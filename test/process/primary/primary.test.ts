import { expect, test } from 'vitest'
import { Primary } from '../../../src/process/primary/primary.ts'
import type { PrimaryConfig, PrimaryNews, WorkerOrder } from '../../../src/process/primary/words.ts'
import { FakeClock } from '../../../src/testing/fake-clock.ts'

function given() {
  const clock = new FakeClock()
  const told: PrimaryNews[] = []
  const left: number[] = []
  const config: PrimaryConfig = {
    dir: '/h/run/p',
    root: '/h/run',
    managerId: 'm',
    bootId: 'b',
    scheduling: 'rr',
  }
  const primary = new Primary({
    config,
    clock,
    tell: (news) => told.push(news),
    leave: () => left.push(clock.now()),
  })
  return { clock, primary, told, left }
}

test('a primary that has said that it leaves obeys nobody any more, and does not stay for anybody', () => {
  const { clock, primary, told, left } = given()
  primary.managed()
  primary.obey({ kind: 'retire' })
  expect(told).toEqual([{ kind: 'leaving' }])

  // Nothing of the order is looked at.
  primary.obey({ kind: 'fork', order: {} as unknown as WorkerOrder })
  primary.unmanaged()
  clock.advance(60_000)

  expect(told).toEqual([{ kind: 'leaving' }])
  expect(left).toHaveLength(1)
})

test('a primary that nobody gives anything to do leaves after a while', () => {
  const { clock, told, left } = given()

  clock.advance(30_000)

  expect(told).toEqual([{ kind: 'leaving' }])
  expect(left).toHaveLength(1)
})
