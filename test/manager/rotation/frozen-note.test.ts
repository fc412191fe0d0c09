import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { recoverRotation, writeFrozenNote } from '../../../src/manager/rotation/frozen-note.ts'
import { identityOf } from '../../process/given.ts'

/** A home in which a manager died in the middle of a rotation. */
function given({ log, copy }: { log: string; copy: string }) {
  const dir = mkdtempSync(join(tmpdir(), 'rotation-'))
  const path = join(dir, 'web-out.log')
  const rotatedTo = `${path}.20261123-081500`
  const note = join(dir, 'frozen.json')
  writeFileSync(path, log)
  writeFileSync(`${rotatedTo}.part`, copy)
  writeFrozenNote(note, { stopped: [identityOf(7)], path, rotatedTo })
  const thawed: number[] = []
  const recover = (): void =>
    recoverRotation(note, (stopped) => thawed.push(...stopped.map(({ pid }) => pid)))
  return { path, rotatedTo, note, thawed, recover }
}

test('it died before the log was emptied: the copy is dropped, the writers go on', () => {
  const { path, rotatedTo, note, thawed, recover } = given({ log: 'one\ntwo\n', copy: 'one\n' })

  recover()

  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n')
  expect([`${rotatedTo}.part`, rotatedTo, note].filter((each) => existsSync(each))).toEqual([])
  expect(thawed).toEqual([7])
})

test('it died after the log was emptied: the copy is kept, for it is the only one', () => {
  const { path, rotatedTo, thawed, recover } = given({ log: '', copy: 'one\ntwo\n' })

  recover()

  expect(readFileSync(rotatedTo, 'utf8')).toBe('one\ntwo\n')
  expect(readFileSync(path, 'utf8')).toBe('')
  expect(thawed).toEqual([7])
})

test('it died when all was done but the note: nothing is lost', () => {
  const { path, rotatedTo, thawed, recover } = given({ log: '', copy: 'one\n' })
  writeFileSync(rotatedTo, 'one\n')

  recover()
  recover()

  expect(readFileSync(rotatedTo, 'utf8')).toBe('one\n')
  expect(existsSync(path)).toBe(true)
  expect(thawed).toEqual([7])
})
