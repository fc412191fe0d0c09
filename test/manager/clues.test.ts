import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemClues } from '../../src/manager/clues.ts'

/** What Node writes when an `http.Server` finds its port taken. */
const crash = `listening soon
node:events:497
      throw er; // Unhandled 'error' event
      ^

Error: listen EADDRINUSE: address already in use :::3000
    at Server.setupListenHandle [as _listen2] (node:net:1817:16)
    at node:internal/main/run_main_module:28:49
Emitted 'error' event on Server instance at:
    at emitErrorNT (node:net:1796:8)
    at process.processTicksAndRejections (node:internal/process/task_queues:82:21) {
  code: 'EADDRINUSE',
  errno: -98,
  syscall: 'listen',
  address: '::',
  port: 3000
}

Node.js v20.20.2
`

test('the last lines of a crash say what was wrong, not what the error object looks like', async () => {
  const log = join(mkdtempSync(join(tmpdir(), 'clues-')), 'error.log')
  writeFileSync(log, crash)

  const lines = await systemClues.lastLines([log], 0, 5)

  expect(lines.at(-1)).toBe('Error: listen EADDRINUSE: address already in use :::3000')
})

test('lines of a service that merely look like an object are kept', async () => {
  const log = join(mkdtempSync(join(tmpdir(), 'clues-')), 'out.log')
  writeFileSync(log, '{\n  port: 3000\n}\n')

  const lines = await systemClues.lastLines([log], 0, 5)

  expect(lines).toEqual(['{', '  port: 3000', '}'])
})
