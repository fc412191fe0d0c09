import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { labForEachTest, node } from './lab.ts'

const lab = labForEachTest()
const stamp = { kind: 'text', format: [{ text: '+' }] } as const

test('threads and piped children are stamped once, and children carry nothing of the agent on', async () => {
  const code = `
    const { Worker } = require('node:worker_threads')
    const { spawnSync } = require('node:child_process')
    const child = ['-e', 'console.log("child", process.env.TROUPE_AGENT, process.execArgv.length)']
    process.stdout.write(spawnSync(process.execPath, child).stdout)
    new Worker('console.log("thread")', { eval: true }).on('exit', () => console.log('main'))`

  const subject = await lab.launch([node, '-e', code], { agent: true, stamp })
  await subject.exited

  expect(await subject.out()).toBe('+: child undefined 2\n+: thread\n+: main\n')
})

test('a worker of a cluster is stamped as well, up to its last line', async () => {
  const script = new URL('last-words.cjs', import.meta.url).pathname
  const worker = await lab.start(lab.worker(script, { stamp: { kind: 'json', app: 'web', id: 7 } }))

  await worker.exited

  const lines = (await readFile(worker.record.files.out, 'utf8')).trimEnd().split('\n')
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { message: 'first', process_id: 7 },
    { message: 'last', process_id: 7 },
  ])
})
