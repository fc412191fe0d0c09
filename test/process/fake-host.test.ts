import { expect, test } from 'vitest'
import { type AgentWord } from '../../src/process/agent/words.ts'
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

test('a fake service speaks and is spoken to, if it has an agent', async () => {
  const host = new FakeHost()
  const heard: AgentWord[] = []
  const events = { started() {}, exited() {}, said: (word: AgentWord) => heard.push(word) }
  const prepared = await host.prepare({ ...order, agent: true })
  const process = await prepared.spawn(events)
  const deaf = await (await host.prepare(order)).spawn(events)

  host.processes[0]?.say({ kind: 'ready' })
  expect(process.tell?.({ kind: 'message', data: 1 })).toBe(true)
  expect(deaf.tell?.({ kind: 'message', data: 1 })).toBe(false)

  expect(heard).toEqual([{ kind: 'ready' }])
  expect(host.processes.map(({ told }) => told)).toEqual([[{ kind: 'message', data: 1 }], []])
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
