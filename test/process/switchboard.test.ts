import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AgentWord, type ManagerWord } from '../../src/process/agent/words.ts'
import { judgeNumber } from '../../src/process/hearing.ts'
import { Switchboard, type Voice } from '../../src/process/switchboard.ts'
import { record } from './given.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-switchboard-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const { cookie } = record
const word = (n: number): AgentWord => ({ kind: 'message', data: n })

function given() {
  const switchboard = new Switchboard()
  const heard: AgentWord[] = []
  const listen = () => switchboard.listen({ ...record, dir }, (one) => heard.push(one))
  const say = (seq: number) => switchboard.said(cookie, { seq, word: word(seq) })
  return { switchboard, heard, listen, say }
}

function voice(): Voice & { welcomes: number[]; told: ManagerWord[] } {
  const welcomes: number[] = []
  const told: ManagerWord[] = []
  return {
    welcomes,
    told,
    welcome: (heard) => welcomes.push(heard),
    tell: (one) => told.push(one) > 0,
  }
}

test.each([
  [1, 0, { kind: 'next', lost: 0 }],
  [5, 2, { kind: 'next', lost: 2 }],
  [2, 2, { kind: 'repeated' }],
  [1, 2, { kind: 'repeated' }],
])('number %i, where %i was heard, is what it looks like', (seq, heard, hearsay) => {
  expect(judgeNumber(seq, heard)).toEqual(hearsay)
})

test('a service may speak once somebody listens, whoever came first', () => {
  const { switchboard, listen } = given()
  const [early, late] = [voice(), voice()]

  switchboard.arrived(cookie, early)
  expect(early.welcomes).toEqual([])
  listen()
  expect(early.welcomes).toEqual([0])
  switchboard.arrived(cookie, late)

  expect(late.welcomes).toEqual([0])
})

test('each word is heard once, and missing ones are counted', () => {
  const { listen, say, heard } = given()
  listen()

  expect([say(1), say(1), say(4), say(2)]).toEqual([1, 1, 4, 4])

  expect(heard).toEqual([word(1), { kind: 'lost', count: 2 }, word(4)])
})

test('the next manager goes on where the last one was', () => {
  const before = given()
  before.listen()
  before.say(1)
  before.say(2)

  const { switchboard, listen, say, heard } = given()
  const agent = voice()
  switchboard.arrived(cookie, agent)
  listen()
  expect(agent.welcomes).toEqual([2])
  expect([say(2), say(3)]).toEqual([2, 3])

  expect(heard).toEqual([word(3)])
})

test('a service is told through its latest connection, as long as there is one', () => {
  const { switchboard, listen } = given()
  const [old, young] = [voice(), voice()]
  const place = listen()
  expect(place.tell({ kind: 'message', data: 1 })).toBe(false)
  switchboard.arrived(cookie, old)
  switchboard.arrived(cookie, young)
  switchboard.left(cookie, old)

  expect(place.tell({ kind: 'message', data: 2 })).toBe(true)
  switchboard.left(cookie, young)

  expect(place.tell({ kind: 'message', data: 3 })).toBe(false)
  expect([old.told, young.told]).toEqual([[], [{ kind: 'message', data: 2 }]])
})

test('what is said to nobody is not taken for heard', () => {
  const { listen, say, heard } = given()
  listen().leave()

  expect(say(1)).toBeUndefined()
  expect(heard).toEqual([])
})

test('the last word has been said once the service hung up, or cannot be reached anyway', () => {
  const { switchboard, listen, heard } = given()
  const place = listen()
  const agent = voice()
  const over: string[] = []
  place.afterLastWord(() => over.push('unreachable'))
  switchboard.arrived(cookie, agent)

  place.afterLastWord(() => over.push(`after ${heard.length}`))
  switchboard.said(cookie, { seq: 1, word: word(1) })
  expect(over).toEqual(['unreachable'])
  switchboard.left(cookie, agent)

  expect(over).toEqual(['unreachable', 'after 1'])
})
