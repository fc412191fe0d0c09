import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe } from 'vitest'
import { localCarrier } from '../../../src/bus/local-carrier.ts'
import { openClient } from '../../../src/control/client.ts'
import { homeAt } from '../../../src/control/home.ts'
import { takeLock } from '../../../src/control/lock.ts'
import { openDoor } from '../../../src/control/server.ts'
import { conformsToCarrier } from '../../bus/carrier.conformance.ts'

describe('the local door', () => {
  const closings: (() => Promise<void>)[] = []

  conformsToCarrier(async () => {
    const dir = await mkdtemp(join(tmpdir(), 'troupe-control-'))
    const home = homeAt(dir)
    const lock = await takeLock(home)
    const greeting = { ns: 'main', host: 'a' }
    const hub = localCarrier()
    const door = await openDoor({ path: home.socket, lock, hub, greeting, onCommand: () => {} })
    closings.push(async () => {
      await door.close()
      await lock.release()
      await rm(dir, { recursive: true })
    })
    return openClient(home.socket)
  })

  afterEach(async () => {
    await Promise.all(closings.splice(0).map((close) => close()))
  })
})
