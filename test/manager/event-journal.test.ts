import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { EventJournal, parsed, timeOf } from '../../src/manager/event-journal.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'

function home() {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-journal-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const path = join(dir, 'events.jsonl')
  const open = () => {
    const onTrouble = (): void => {}
    return new EventJournal({ dir, ns: 'main', host: 'my.host', clock: new FakeClock(), onTrouble })
  }
  return { path, open }
}

const tell = (journal: EventJournal) => journal.append({ type: 'host.ok', data: {} })

test('the next manager goes on with the numbers and the epoch of the one before', () => {
  const { open } = home()
  const first = open()
  for (let i = 0; i < 3; i++) tell(first)

  const second = open()
  const { seq, event } = tell(second)

  expect(seq).toBe(4)
  expect(event.id).toBe(`my.host.${first.producer.epoch}.4`)
  expect(second.after(0).map((entry) => entry.seq)).toEqual([1, 2, 3, 4])
})

test('a line torn by the death of a manager is cut off', () => {
  const { path, open } = home()
  tell(open())
  appendFileSync(path, '{"specversion":"1.0","id":"my.host.')

  const journal = open()
  tell(journal)

  expect(
    open()
      .after(0)
      .map((entry) => parsed(entry).sequence),
  ).toEqual(['0000000000000001', '0000000000000002'])
})

test('two lines glued by a full disk are left out, and what follows is read', () => {
  const { path, open } = home()
  tell(open())
  const half = '{"specversion":"1.0","id":"my.host.abc.2","da'
  appendFileSync(path, `${half}{"specversion":"1.0","id":"my.host.abc.3","data":{}}\n`)

  const journal = open()
  tell(journal)

  expect(() => journal.after(0).map(parsed)).not.toThrow()
  expect(journal.after(0)).toHaveLength(2)
})

test('what memory no longer holds is read from the disk', () => {
  const { open } = home()
  const journal = open()
  for (let i = 0; i < 6_000; i++) tell(journal)

  expect(journal.after(0)[0]?.seq).toBeGreaterThan(1)
  expect(journal.everyAfter(10).map(({ seq }) => seq)).toEqual(
    Array.from({ length: 5_990 }, (_, index) => index + 11),
  )
})

test('history is read from the disk where memory does not reach back', () => {
  const { open } = home()
  const journal = open()
  for (let i = 0; i < 6_100; i++) tell(journal)

  const seqs = journal.everyAfter(3).map((entry) => entry.seq)
  for (let i = 0; i < 1_000; i++) tell(journal)
  const later = journal.everyAfter(3).map((entry) => entry.seq)

  expect(journal.after(0)[0]?.seq).toBeGreaterThan(1_000)
  expect(seqs).toEqual(Array.from({ length: 6_097 }, (_, at) => at + 4))
  expect(later).toEqual(Array.from({ length: 7_097 }, (_, at) => at + 4))
})

test('the time of an event is known without parsing it', () => {
  const journal = home().open()

  const entry = tell(journal)

  expect(timeOf(entry)).toBe(Date.parse(entry.event.time))
})
