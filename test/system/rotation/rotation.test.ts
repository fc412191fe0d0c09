import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemClock } from '../../../src/base/clock.ts'
import { LogRotation, rotatedOf } from '../../../src/manager/rotation/log-rotation.ts'
import { defaultRotation } from '../../../src/declaration/rotation.ts'
import { procCensus } from '../../../src/process/census.ts'
import { freeze } from '../../../src/process/freeze.ts'
import { readBootId } from '../../../src/process/proc.ts'
import type { EventDraft } from '../../../src/protocol/events.ts'
import { eventually } from '../../support/eventually.ts'

const writer = new URL('writer.cjs', import.meta.url).pathname

function startWriter(path: string, cookie: string, lines: number): ChildProcess {
  const log = openSync(path, 'a')
  const env = { ...process.env, TROUPE_COOKIE: cookie }
  const child = spawn(process.execPath, [writer, 'parent', String(lines)], {
    stdio: ['ignore', log, 'inherit'],
    env,
  })
  closeSync(log)
  return child
}

function rotationOf(path: string, cookie: string, told: EventDraft[], troubles: string[]) {
  const bootId = readBootId()
  const census = procCensus(bootId)
  const policy = { ...defaultRotation, keep: 100 }
  return new LogRotation({
    clock: systemClock,
    noteFile: `${path}.note`,
    logs: () => [{ service: 'writer', path, policy }],
    writersOf: () => new Set([cookie]),
    freeze: (cookies, noted) => freeze(cookies, { census, clock: systemClock, bootId, noted }),
    announce: (draft) => told.push(draft),
    trouble: (_, text) => {
      if (text !== undefined) troubles.push(text)
    },
  })
}

test('a family that writes as fast as it can loses no line while its log is rotated', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'rotation-')), 'writer-out.log')
  const cookie = `rotation:${process.pid}:${path}`
  const [told, troubles]: [EventDraft[], string[]] = [[], []]
  const rotation = rotationOf(path, cookie, told, troubles)
  const log = { service: 'writer', path, policy: { ...defaultRotation, keep: 100 } }
  const child = startWriter(path, cookie, 300_000)
  const gone = once(child, 'exit')

  while (child.exitCode === null && told.length < 12) {
    // oxlint-disable-next-line no-await-in-loop
    await eventually('there is something to rotate', () =>
      statSync(path).size > 0 || child.exitCode !== null ? true : undefined,
    )
    // oxlint-disable-next-line no-await-in-loop
    await rotation.rotate(log, 'asked')
  }
  await gone
  const all = await eventually('the child of the writer has written its last line', async () => {
    const lines = await everyLine(path)
    return lines.includes('child 299999') ? lines : undefined
  })

  expect(troubles).toEqual([])
  expect(told.length).toBeGreaterThanOrEqual(5)
  const each = Array.from({ length: 300_000 }, (_, number) => number)
  for (const name of ['parent', 'child']) {
    const own = all.filter((line) => line.startsWith(name))
    expect(own.map((line) => Number(line.split(' ')[1]))).toEqual(each)
  }
})

/** Of the rotated files, oldest first, and of the log itself. */
async function everyLine(path: string): Promise<readonly string[]> {
  const rotated = (await rotatedOf(path)).toReversed().flatMap((file) => linesOf(file.path))
  return [...rotated, ...linesOf(path)]
}

function linesOf(path: string): readonly string[] {
  return readFileSync(path, 'utf8').split('\n').filter(Boolean)
}
