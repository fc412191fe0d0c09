import { expect, test } from 'vitest'
import { startManager } from '../../support/troupe.ts'

test.each([
  { restart: 'on-failure', script: 'exit 0', state: 'stopped' },
  { restart: 'on-failure', script: 'exit 3', state: 'errored' },
  { restart: 'on-abnormal', script: 'exit 3', state: 'stopped' },
  { restart: 'on-abnormal', script: 'kill -9 $$', state: 'errored' },
  { restart: 'never', script: 'kill -9 $$', state: 'stopped' },
] as const)('with restart: $restart, "$script" ends as $state', async (given) => {
  const { restart, script, state } = given
  const troupe = await startManager()

  await troupe.declare({ apps: [{ name: 'job', script, restart, max_restarts: 2 }] })
  await troupe.until('job', state)

  const exits = troupe.events('instance.exited', 'job')
  expect(exits).toHaveLength(state === 'errored' ? 2 : 1)
})
