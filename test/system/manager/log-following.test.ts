import { appendFileSync, copyFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import { mkdtemp, readFile, readlink, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../../src/base/clock.ts'
import { type LogSource, readLogs } from '../../../src/manager/log-reader.ts'
import type { LogLine } from '../../../src/protocol/answers.ts'
import { eventually } from '../../support/eventually.ts'

interface Following {
  readonly lines: readonly string[]
  /** What a reader who comes back has to say. */
  readonly marks: () => readonly string[]
  until(line: string): Promise<void>
  end(): Promise<void>
}

async function given(first = '') {
  const dir = await mkdtemp(join(tmpdir(), 'troupe-logs-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const path = join(dir, 'api-out.log')
  if (first !== '') writeFileSync(path, first)
  const source: LogSource = { service: 'api', slot: 0, stream: 'out', path }

  function follow(after: readonly string[] = []): Following {
    const heard: LogLine[] = []
    const leave = new AbortController()
    const request = {
      lines: 10,
      gone: leave.signal,
      after,
      follow: (line: LogLine) => void heard.push(line),
    }
    const over = readLogs([source], request, systemClock)
    const lines = (): readonly string[] => heard.map(({ line }) => line)
    const end = async (): Promise<void> => {
      leave.abort()
      await over
    }
    onTestFinished(end)
    return {
      get lines() {
        return lines()
      },
      marks: () => heard.slice(-1).flatMap(({ mark }) => mark ?? []),
      async until(line) {
        await eventually(`"${line}" is heard`, () => (lines().includes(line) ? true : undefined))
      },
      end,
    }
  }

  return { path, source, follow, add: (text: string) => appendFileSync(path, text) }
}

test('a log that is renamed is read to its end, then the new one, and the old one while it is still written to', async () => {
  const { path, follow, add } = await given('1\n')
  const following = follow()
  await following.until('1')

  add('2\n')
  renameSync(path, `${path}.1`)
  appendFileSync(`${path}.1`, '3\n')
  add('4\n')
  await following.until('4')
  appendFileSync(`${path}.1`, '5\n')
  await following.until('5')
  add('6\n')
  await following.until('6')

  expect(following.lines).toEqual(['1', '2', '3', '4', '5', '6'])
})

test('a log that is copied and emptied loses nothing, whatever was unread and however fast it grows again', async () => {
  const { path, follow, add } = await given('1\n')
  const following = follow()
  await following.until('1')

  add('2\n3, which goes')
  copyFileSync(path, `${path}.20260102-030405`)
  truncateSync(path, 0)
  add(' on\n4, longer than all that stood in this file before it was emptied by somebody\n')
  await following.until(
    '4, longer than all that stood in this file before it was emptied by somebody',
  )

  expect(following.lines.slice(0, 3)).toEqual(['1', '2', '3, which goes on'])
  expect(following.lines).toHaveLength(4)
})

test('a log that is emptied without a copy goes on with what is written next', async () => {
  const { path, follow, add } = await given('a long first line\n')
  const following = follow()
  await following.until('a long first line')

  truncateSync(path, 0)
  add('2\n')
  await following.until('2')

  expect(following.lines).toEqual(['a long first line', '2'])
})

test.each([
  ['nothing has happened to the file', () => {}],
  ['it was renamed', (path: string) => renameSync(path, `${path}.1`)],
  [
    'it was copied and emptied',
    (path: string) => {
      copyFileSync(path, `${path}.1`)
      truncateSync(path, 0)
    },
  ],
])(
  'who comes back goes on behind the last line that was heard, where %s meanwhile',
  async (_, meanwhile) => {
    const { path, follow, add } = await given('1\n2\n')
    const first = follow()
    await first.until('2')
    await first.end()

    add('3\n')
    meanwhile(path)
    add('4\n')
    const second = follow(first.marks())
    await second.until('4')

    expect(second.lines).toEqual(['3', '4'])
  },
)

test('a megabyte without a line break is heard while it is written', async () => {
  const { follow, add } = await given('1\n')
  const following = follow()
  await following.until('1')

  add('x'.repeat(1024 * 1024))
  await eventually('most of it is heard', () => (following.lines.length > 15 ? true : undefined))

  expect(following.lines[1]).toMatch(/^x{65536}…$/)
})

test('a question without a line break is heard once its writer waits', async () => {
  const { follow, add } = await given()
  const following = follow()

  add('go on? ')

  await following.until('go on? …')
  expect(following.lines).toEqual(['go on? …'])
})

test('the last lines of a log without line breaks are pieces of it', async () => {
  const { source } = await given('x'.repeat(5 * 1024 * 1024))

  const lines = await readLogs(
    [source],
    { lines: 3, gone: new AbortController().signal },
    systemClock,
  )

  expect(lines).toHaveLength(3)
  expect(lines.every(({ line }) => line.length <= 65_538)).toBe(true)
})

test('nothing stays open behind a following that fails, or that has ended', async () => {
  const { source, follow } = await given('1\n')
  const before = await watchCount()
  const broken = { ...source, path: join(source.path, 'below-a-file.log') }
  const request = { lines: 1, gone: new AbortController().signal, follow: () => {} }

  await expect(readLogs([source, broken], request, systemClock)).rejects.toThrow('EEXIST')
  const following = follow()
  await following.until('1')
  await following.end()

  expect(await openBelow(source.path)).toEqual([])
  expect(await watchCount()).toBe(before)
})

async function openBelow(path: string): Promise<readonly string[]> {
  const fds = await readdir('/proc/self/fd')
  const targets = await Promise.all(
    fds.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  )
  return targets.filter((target) => target.startsWith(path))
}

/** What the kernel watches for this process. */
async function watchCount(): Promise<number> {
  const fds = await readdir('/proc/self/fdinfo')
  const infos = await Promise.all(
    fds.map((fd) => readFile(`/proc/self/fdinfo/${fd}`, 'utf8').catch(() => '')),
  )
  return infos.flatMap((info) => info.match(/^inotify /gm) ?? []).length
}

test('draining goes on behind the mark, over a rotation, to the end of the last line, and is over then', async () => {
  const { path, source, follow, add } = await given('1\n')
  const following = follow()
  await following.until('1')
  await following.end()
  add('2\n')
  renameSync(path, `${path}.1`)
  add('3\nno break')
  const heard: string[] = []

  await readLogs(
    [source],
    {
      lines: 10,
      gone: new AbortController().signal,
      after: following.marks(),
      isDrained: true,
      follow: ({ line }) => void heard.push(line),
    },
    systemClock,
  )

  expect(heard).toEqual(['2', '3', 'no break'])
  expect(await openBelow(path)).toEqual([])
})

test('the beginning of a log is not lost when services are declared while it is being opened', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'troupe-logs-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const sources = ['a', 'b', 'c'].map((service): LogSource => ({
    service,
    slot: 0,
    stream: 'out',
    path: join(dir, service),
  }))
  for (const { path, service } of sources) writeFileSync(path, `${service}1\n${service}2\n`)
  const leave = new AbortController()
  const heard: string[] = []
  let declared = (): void => {}

  const over = readLogs(
    sources,
    {
      lines: 2,
      gone: leave.signal,
      follow: ({ line }) => heard.push(line),
      onAdded: (added) => {
        declared = () => added(sources)
        return () => {}
      },
    },
    systemClock,
  )
  declared()

  await eventually('all is heard', () => (heard.length === 6 ? true : undefined))
  leave.abort()
  await over
  expect(heard.toSorted()).toEqual(['a1', 'a2', 'b1', 'b2', 'c1', 'c2'])
})
