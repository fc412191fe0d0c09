import { expect, test } from 'vitest'
import { labForEachTest, node } from './lab.ts'

/** Longer than the 108 bytes that Linux has for the address of a socket. */
const lab = labForEachTest('a-very-long-name/'.repeat(8))
const script = new URL('clustered.cjs', import.meta.url).pathname

test('where the home is too deep for a socket, services still speak and workers are still forked', async () => {
  const service = await lab.launch([node, '-e', `process.send('ready')`], { agent: true })
  const worker = await lab.start(lab.worker(script, { args: ['21450'] }))

  expect(await service.said('ready')).toEqual({ kind: 'ready' })
  expect(await worker.said('listening')).toMatchObject({ port: 21_450 })
})

test('another manager there finds them as well', async () => {
  const worker = await lab.start(lab.worker(script, { args: ['21451'] }))
  await worker.said('ready')
  await lab.host.close()

  await lab.reopen()
  const [found] = await lab.host.survey()
  if (!found) throw new Error('nothing was found')
  const adopted = await lab.adopt(found)
  adopted.process.tell?.({ kind: 'message', data: 'still there?' })

  expect((await adopted.said('message')).data).toMatchObject({ echo: 'still there?' })
})
