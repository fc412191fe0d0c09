import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { localCarrier } from '../../../src/bus/local-carrier.ts'
import type { DoorCommand } from '../../../src/control/connection.ts'
import { type Home, homeAt } from '../../../src/control/home.ts'
import { takeLock } from '../../../src/control/lock.ts'
import { type DoorOptions, openDoor } from '../../../src/control/server.ts'

/** A home of this test alone, removed when the test is over. */
export async function freshHome(below = 'home'): Promise<Home> {
  const dir = await mkdtemp(join(tmpdir(), 'troupe-control-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return homeAt(join(dir, below))
}

/** An open door with a lock and a hub behind it; closed when the test is over. */
export async function openHome(home: Home, more: Partial<DoorOptions> = {}) {
  const lock = await takeLock(home)
  const hub = localCarrier()
  const commands: DoorCommand[] = []
  const door = await openDoor({
    path: home.socket,
    lock,
    hub,
    greeting: { ns: 'main', host: 'a' },
    onCommand: (command) => commands.push(command),
    ...more,
  })
  const close = async (): Promise<void> => {
    await door.close()
    await lock.release()
  }
  onTestFinished(close)
  return { hub, commands, close }
}
