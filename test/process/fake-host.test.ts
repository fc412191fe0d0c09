import { expect, test } from 'vitest'
import { type LaunchOrder, type ProcessEvents } from '../../src/process/host.ts'
import { FakeHost } from '../../src/testing/fake-host.ts'
import { identityOf, record } from './given.ts'

const order: LaunchOrder = { ...record, env: { A: '1' } }

function listening(): { readonly events: ProcessEvents; readonly heard: string[] } {
  const heard: string[] = []
  const events = {
    started: (main: { pid: number }) => heard.push(`started ${main.pid}`),
    exited: (exit: object) => heard.push(`exited ${JSON.stringify(exit)}`),
  }
  return { events, heard }
}

test('a fake process lives and dies when a test says so', async () => {
  const host = new FakeHost()
  const { events, heard } = listening()
  const prepared = await host.prepare(order)
  const process = await prepared.spawn(events)

  expect(process.signal('SIGTERM')).toBe(false)
  host.latest.started(77)
  expect(process.signal('SIGTERM')).toBe(true)
  host.latest.exit({ code: 0 })
  expect(process.signal('SIGTERM')).toBe(false)

  expect(heard).toEqual(['started 77', 'exited {"code":0}'])
  expect(host.latest.signals).toEqual(['SIGTERM'])
})

test('a fake launch fails as often as it was told to', async () => {
  const host = new FakeHost()
  host.failNext('prepare', new Error('no room'))

  await expect(host.prepare(order)).rejects.toThrow('no room')
  await expect(host.prepare(order)).resolves.toMatchObject({ record: { launchId: 'web.0.1' } })
})

test('an adopted fake process runs already, and is silent once released', async () => {
  const host = new FakeHost()
  const { events, heard } = listening()

  const process = host.adopt({ kind: 'alive', record, main: identityOf(42) }, events)
  expect(process.signal('SIGHUP')).toBe(true)
  process.release()
  process.exit({ code: 0 })

  expect(heard).toEqual([])
})
