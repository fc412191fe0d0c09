import { readFileSync } from 'node:fs'
import { rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fixture } from '../../support/built.ts'
import { openShell } from '../../support/command-line.ts'
import { eventually } from '../../support/eventually.ts'
import { isRunning } from '../../support/traces.ts'
import { startManager, type TestTroupe } from '../../support/troupe.ts'

const sleeper = (name: string) => ({ name, script: fixture('sleeper.sh') })

/** How many main processes live in this home. */
function mainsOf(troupe: TestTroupe): number {
  const mains = troupe
    .traces()
    .filter(({ command }) => command.includes('sleeper.sh') && !command.includes('troupe-guard'))
  return mains.length
}

test('a desired state of an older version is understood', async () => {
  const troupe = await startManager()
  await troupe.declare({ apps: [sleeper('one')] })
  const pid = await troupe.pidOf('one')
  await troupe.client.command('detach', [], {})
  const path = join(troupe.home.stateDir, 'desired.json')
  const { halted: _, ...older } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  await writeFile(path, JSON.stringify(older))

  await troupe.reconnect()

  expect(await troupe.pidOf('one')).toBe(pid)
})

test('with the run directory gone, the next manager starts no service beside itself', async () => {
  const troupe = await startManager()
  await troupe.declare({ apps: [sleeper('one')] })
  const before = await troupe.pidOf('one')

  await troupe.withoutManager(() => rm(troupe.home.runDir, { recursive: true }))
  await troupe.reconnect()
  await troupe.until('one', 'online')

  expect(isRunning(before)).toBe(false)
  expect(mainsOf(troupe)).toBe(1)
})

test('a damaged desired state is said aloud, and what still runs is taken over when it is declared again', async () => {
  const troupe = await startManager()
  await troupe.declare({ apps: [sleeper('one')] })
  await troupe.declare({ apps: [sleeper('two')] })
  const before = await troupe.pidOf('two')
  await troupe.client.command('detach', [], {})
  await truncate(join(troupe.home.stateDir, 'desired.json'), 100)

  await troupe.reconnect()
  const { degraded } = await troupe.client.ping()
  await troupe.declare({ apps: [sleeper('two')] })

  expect(degraded.join()).toContain('desired.json was damaged')
  expect(await troupe.pidOf('two')).toBe(before)
  expect(mainsOf(troupe)).toBe(2)
})

test('a configuration that cannot be understood keeps the manager from starting, and says where', async () => {
  const { troupe, home } = await openShell()
  await troupe('config', 'set', 'security.mode', 'strict')
  await troupe('detach')
  await writeFile(join(home, 'config.json'), '{"security.mode":"strict",}')

  const { code, stderr } = await troupe('ping')

  expect(code).toBe(1)
  expect(stderr).toContain('config.json is not a JSON object of settings')
  await rm(join(home, 'config.json'))
})

test('a manager whose socket file was removed opens another', async () => {
  const troupe = await startManager()
  await troupe.declare({ apps: [sleeper('one')] })
  const pid = await troupe.pidOf('one')

  await rm(troupe.home.socket)

  await eventually('it can be reached again', async () => {
    await troupe.reconnect()
    return (await troupe.pidOf('one')) === pid ? true : undefined
  })
  expect(await troupe.pidOf('one')).toBe(pid)
})
