import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { commandFile } from '../../src/manager/command-file.ts'
import { BucketMemory, type Outcome } from '../../src/manager/command-memory.ts'
import { limits } from '../../src/protocol/limits.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { command, lab, settle } from './dispatch-lab.ts'

const done: Outcome = { status: 'done', op: 'restart', result: { instances: [] }, ms: 1 }

let dir: string
let path: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-commands-'))
  path = join(dir, 'commands.jsonl')
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function open(clock = new FakeClock()) {
  const troubles: (string | undefined)[] = []
  return {
    clock,
    troubles,
    memory: commandFile({ path, clock, onTrouble: (why) => troubles.push(why) }),
  }
}

describe('a manager that starts again', () => {
  test('knows what its predecessor did', () => {
    const { memory } = open()
    memory.began('r1', 'restart')
    memory.ended('r1', done)

    expect(open().memory.recall('r1')).toEqual({ op: 'restart', outcome: done })
  })

  test('does not repeat what its predecessor did not finish', async () => {
    const { memory, clock } = open()
    const before = lab({ memory, isSlow: true })
    before.take(command())
    await settle()

    const after = lab({ memory: open(clock).memory })

    expect(await after.hears(command())).toEqual(['failed'])
    expect(after.said[0]?.reply).toMatchObject({
      code: 'E_FAILED',
      message: 'the manager restarted while running restart',
    })
    expect(after.ran).toEqual([])
  })

  test('leaves behind what nobody asks for any more', () => {
    const { memory, clock } = open()
    memory.began('r1', 'restart')
    clock.advance(limits.rememberedMs + 1)

    expect(open(clock).memory.recall('r1')).toBeUndefined()
    expect(readFileSync(path, 'utf8')).toBe('')
  })

  test('reads on behind a line that a crash tore', () => {
    const { memory } = open()
    memory.began('r1', 'restart')
    appendFileSync(path, '{"at":1,"id":"r2","o\nnull\n')
    const next = open()
    next.memory.began('r3', 'stop')

    const last = open()

    expect(last.memory.recall('r1')?.outcome).toMatchObject({ status: 'failed' })
    expect(last.memory.recall('r3')?.outcome).toMatchObject({ status: 'failed', op: 'stop' })
  })
})

test('the file does not grow for ever', () => {
  const { memory, clock } = open()
  const long: Outcome = { ...done, result: { instances: [], notes: ['x'.repeat(3_000)] } }
  for (let n = 0; n < 4_000; n += 1) {
    memory.ended(`r${n}`, long)
    clock.advance(1_000)
  }

  expect(statSync(path).size).toBeLessThan(8 * 1024 * 1024)
  expect(memory.recall('r3999')).toBeDefined()
  expect(open(clock).memory.recall('r3999')).toBeDefined()
})

test('a disk that refuses is reported, and the memory goes on without it', () => {
  const { memory, troubles } = open()
  rmSync(dir, { recursive: true })
  memory.began('r1', 'restart')
  memory.ended('r1', done)

  expect(memory.recall('r1')?.outcome).toEqual(done)
  expect(troubles.at(-1)).toContain('ENOENT')
})

test('half a line that a full disk left swallows no other, and the trouble is over once it is', () => {
  const { memory, troubles } = open()
  memory.began('r1', 'restart')
  rmSync(path)
  mkdirSync(path)
  memory.began('r2', 'restart')
  rmSync(path, { recursive: true })
  writeFileSync(path, '{"at":1,"id":"half')

  memory.began('r3', 'restart')

  expect(troubles.at(-2)).toContain('EISDIR')
  expect(troubles.at(-1)).toBeUndefined()
  const lines = readFileSync(path, 'utf8').split('\n')
  expect(JSON.parse(lines[1] ?? '')).toMatchObject({ id: 'r3' })
})

describe('the memory', () => {
  const noted = { op: 'restart', outcome: undefined }

  test('keeps every id for ten minutes, and not for ever', () => {
    const memory = new BucketMemory()
    for (let minute = 0; minute < 30; minute += 1) memory.note(`m${minute}`, noted, minute * 60_000)

    const now = 29 * 60_000
    expect(memory.recall('m19', now)).toBeDefined()
    expect(memory.recall('m15', now)).toBeUndefined()
    expect([...memory.entries()].length).toBeLessThan(15)
  })

  test('keeps the last ten thousand of a flood', () => {
    const memory = new BucketMemory()
    for (let n = 0; n < 50_000; n += 1) memory.note(`r${n}`, noted, n)

    expect(memory.recall('r40000', 50_000)).toBeDefined()
    expect([...memory.entries()].length).toBeLessThanOrEqual(11_000)
  })

  test('keeps the old ones when a flood passes', () => {
    const memory = new BucketMemory()
    memory.note('before', noted, 0)
    for (let n = 0; n < 8_008; n += 1) memory.note(`r${n}`, noted, 60_000 * Math.ceil(n / 1_001))

    expect(memory.recall('before', 8 * 60_000)).toBeDefined()
  })
})
