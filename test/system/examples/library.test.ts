import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type * as library from '../../../src/index.ts'
import { builtLibrary } from '../../support/built.ts'
import { writeFile } from 'node:fs/promises'

async function openLibrary() {
  const dir = await mkdtemp(join(tmpdir(), 'troupe-library-'))
  const { connect } = (await import(builtLibrary)) as typeof library
  const troupe = await connect({ home: join(dir, 'home'), startManager: true })
  onTestFinished(async () => {
    await troupe.command('kill', [], {})
    await troupe.close()
    await rm(dir, { recursive: true, force: true, maxRetries: 3 })
  })
  return { troupe, dir }
}

test('a program starts a file, hears what happens, acts by name and leaves everything running', async () => {
  const { troupe, dir } = await openLibrary()
  const file = join(dir, 'processes.json')
  await writeFile(join(dir, 'app.js'), 'setInterval(() => {}, 1000)')
  await writeFile(file, `{ "apps": [{ "name": "app", "script": "app.js" }] } // mine`)
  const heard: string[] = []
  const listening = (async () => {
    for await (const item of troupe.events({
      since: 0,
      types: ['instance.online', 'instance.exited'],
    })) {
      if (item.kind === 'event') heard.push(item.event.type)
      if (heard.length === 3) return
    }
  })()

  const started = await troupe.start(file)
  const restarted = await troupe.restart('app')
  await listening

  expect(started.instances).toMatchObject([{ service: 'app', state: 'online' }])
  expect(restarted.instances[0]?.pid).not.toBe(started.instances[0]?.pid)
  expect(heard).toEqual([
    'dev.troupe.instance.online.v1',
    'dev.troupe.instance.exited.v1',
    'dev.troupe.instance.online.v1',
  ])
  expect(await troupe.describe('app')).toMatchObject([{ name: 'app', file, desired: 'up' }])
  expect(await troupe.stop('app')).toMatchObject({ instances: [{ state: 'stopped' }] })
  expect(await troupe.list()).toMatchObject([{ service: 'app', state: 'stopped' }])
  await troupe.delete('app')
  expect(await troupe.list()).toEqual([])
})

test('a name that nobody has is refused with the nearest one', async () => {
  const { troupe, dir } = await openLibrary()
  await writeFile(join(dir, 'worker.js'), 'setInterval(() => {}, 1000)')
  await troupe.start(join(dir, 'worker.js'))

  await expect(troupe.restart('wroker')).rejects.toMatchObject({
    code: 'E_NO_SUCH_SERVICE',
    message: expect.stringContaining('worker'),
  })
})
