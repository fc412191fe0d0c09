import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type DesiredState } from '../../src/manager/desired-state.ts'
import { DesiredStore } from '../../src/manager/desired-store.ts'

function given() {
  const root = mkdtempSync(join(tmpdir(), 'troupe-desired-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const troubles: (string | undefined)[] = []
  const open = () => new DesiredStore({ dir: root, onTrouble: (why) => void troubles.push(why) })
  return { root, troubles, open }
}

const halted =
  (...names: readonly string[]) =>
  (state: DesiredState) => ({ ...state, halted: names })
const numbered = (nextPmId: number) => (state: DesiredState) => ({ ...state, nextPmId })

test('where the newest copy cannot be read, the one before it counts, and the one before that', () => {
  const { root, open } = given()
  const store = open()
  for (const number of [1, 2, 3]) store.update(numbered(number))

  const states = ['desired.json', 'desired.json.1', 'desired.json.2'].map((file) => {
    const { nextPmId } = open().state
    writeFileSync(join(root, file), 'torn')
    return nextPmId
  })

  expect(states).toEqual([3, 2, 1])
  expect(open).toThrow(/none of .*desired\.json.* can be read/)
})

test('a change that the disk refuses did not happen', () => {
  const { root, open } = given()
  const store = open()
  store.update(numbered(1))
  renameSync(root, `${root}-gone`)
  onTestFinished(() => renameSync(`${root}-gone`, root))

  expect(() => store.update(numbered(2))).toThrow('ENOENT')

  expect(store.state.nextPmId).toBe(1)
})

test('what must be so regardless is so in memory, and reaches the disk with the next change', () => {
  const { root, troubles, open } = given()
  const store = open()
  store.update(numbered(1))
  renameSync(root, `${root}-gone`)

  store.updateRegardless(halted('api'))
  expect(store.state.halted).toEqual(['api'])
  expect(troubles.at(-1)).toContain('ENOENT')

  renameSync(`${root}-gone`, root)
  expect(open().state.halted).toEqual([])
  store.update(numbered(2))
  expect(open().state).toMatchObject({ halted: ['api'], nextPmId: 2 })
  expect(troubles.at(-1)).toBeUndefined()
})
