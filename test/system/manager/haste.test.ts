import { expect, test } from 'vitest'
import { fixture } from '../../support/built.ts'
import { eventually } from '../../support/eventually.ts'
import { startManager } from '../../support/troupe.ts'

test('a stop that is under way is hastened by one with less grace, and both have an outcome', async () => {
  const troupe = await startManager()
  const slow = { script: fixture('slow-to-stop.mjs'), env: { STOP_MS: 50_000 } }
  await troupe.declare({ apps: [{ name: 'slow', ...slow, kill_timeout: 50_000 }] })
  await troupe.ready('slow')
  const patient = troupe.client.command('stop', 'slow', {})
  await eventually('it is being stopped', () =>
    troupe.events('instance.stopping').length > 0 ? true : undefined,
  )

  const hasty = troupe.client.command('stop', 'slow', { grace: '100ms' })

  const stopped = { instances: [expect.objectContaining({ state: 'stopped' })] }
  expect(await Promise.all([patient, hasty])).toMatchObject([stopped, stopped])
  expect(troupe.events('instance.exited')).toMatchObject([
    { data: { exit: { signal: 'SIGKILL' } } },
  ])
})
