import { expect, test } from 'vitest'
import { JsonLines, lineOf } from '../../../src/process/agent/lines.ts'

function given() {
  const heard: unknown[] = []
  const lines = new JsonLines<unknown>((line) => heard.push(line))
  return { heard, lines }
}

test('lines are heard whole, however they are cut on their way, and what is none is dropped', () => {
  const { heard, lines } = given()

  for (const letter of `${lineOf({ a: 1 })}no json\n${lineOf({ b: 'x\ny' })}7\n`) lines.take(letter)
  lines.take(`${lineOf({ c: 1 })}${lineOf({ d: 1 })}`)

  expect(heard).toEqual([{ a: 1 }, { b: 'x\ny' }, { c: 1 }, { d: 1 }])
})

test('a line that is too long is dropped, and the next one is heard', () => {
  const { heard, lines } = given()
  const megabyte = 'x'.repeat(1024 ** 2)

  for (let n = 0; n < 17; n++) lines.take(megabyte)
  lines.take(`"}\n${lineOf({ a: 1 })}`)

  expect(heard).toEqual([{ a: 1 }])
})
