import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { InstrumentPanel } from '../../src/process/instrument-panel.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'

const action = { type: 'axm:action', data: { action_name: 'greet' } }
const metric = (value: number) => ({ type: 'axm:monitor', data: { users: { value } } })

function launch() {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-panel-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const clock = new FakeClock()
  const panel = () => new InstrumentPanel(dir, clock)
  return { dir, clock, panel }
}

test('a manager that comes later knows the actions at once', () => {
  const { panel } = launch()

  expect(panel().hear(action)).toBe(true)

  expect(panel().instruments.actions).toEqual([{ name: 'greet' }])
})

test('metrics are written down every five seconds, and when the manager leaves', () => {
  const { panel, clock } = launch()
  const first = panel()
  const written = () => panel().instruments.metrics['users']?.value

  first.hear(metric(1))
  expect(written()).toBeUndefined()
  clock.advance(5_000)
  expect(written()).toBe(1)
  first.hear(metric(2))
  first.close()

  expect(written()).toBe(2)
  expect(clock.armed).toBe(0)
})

test('what was damaged is taken for nothing said, and a directory that is gone hurts nobody', () => {
  const { dir, panel } = launch()
  rmSync(dir, { recursive: true })

  const one = panel()
  one.hear(action)

  expect(one.instruments.actions).toEqual([{ name: 'greet' }])
  expect(panel().instruments).toEqual({ actions: [], metrics: {}, options: {} })
})

test('a message about something else is for others', () => {
  expect(launch().panel().hear({ type: 'cart:full', data: 3 })).toBe(false)
})
