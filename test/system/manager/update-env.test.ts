import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { startManager } from '../../support/troupe.ts'

test('what the shell says now wins over what it said, and what it does not say stays', async () => {
  const troupe = await startManager()
  const app = { name: 'api', script: 'sleep 1000', env: { OWN: 'declared' } }
  await troupe.declare({ apps: [app] })
  const first = await troupe.pidOf('api')
  const seen = async (): Promise<readonly string[]> => {
    const environ = readFileSync(`/proc/${await troupe.pidOf('api')}/environ`, 'utf8').split('\0')
    return environ.filter((each) => /^(OWN|COLOR|TASTE)=/.test(each)).toSorted()
  }

  const inherited = { COLOR: 'red', TASTE: 'sweet', OWN: 'of the shell' }
  await troupe.client.command('inherit', 'api', { inherited })
  expect(await troupe.pidOf('api')).not.toBe(first)
  expect(await seen()).toEqual(['COLOR=red', 'OWN=declared', 'TASTE=sweet'])

  await troupe.client.command('inherit', 'api', { inherited: { COLOR: 'blue' }, how: 'reload' })
  expect(await seen()).toEqual(['COLOR=blue', 'OWN=declared', 'TASTE=sweet'])

  await troupe.client.restart('api')
  expect(await seen()).toEqual(['COLOR=blue', 'OWN=declared', 'TASTE=sweet'])
})
