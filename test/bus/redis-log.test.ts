import { expect, test } from 'vitest'
import { redisLog } from '../../src/bus/redis-log.ts'
import type { Command } from '../../src/bus/script.ts'

type Row = readonly [id: string, fields: readonly string[]]

const row = (n: number): Row => [`${n}-0`, ['seq', `${n}`, 'e', `{"data":{"n":${n}}}`]]

/** A server with a log, to which `between` happens after each command. */
function given(rows: readonly Row[], between: (nth: number, server: Server) => void = () => {}) {
  const server: Server = { epoch: 'A', rows: [...rows] }
  let asked = 0
  const command: Command = async (name, _key, ...args) => {
    const answer = answerOf(server, name, args)
    asked += 1
    between(asked, server)
    return answer
  }
  return redisLog(command, 'main')
}

interface Server {
  epoch: string
  rows: Row[]
}

function answerOf({ epoch, rows }: Server, name: string, args: readonly (string | number)[]) {
  if (name === 'HMGET') return epoch === '' ? [null, null] : [epoch, String(rows.length)]
  if (name === 'XREVRANGE') return rows.slice(-1)
  const [after, , , count] = args
  const from = Number.parseInt(String(after).slice(1), 10)
  return rows.filter(([id]) => Number.parseInt(id, 10) > from).slice(0, Number(count))
}

test('a log that has not begun ends before everything', async () => {
  const log = redisLog(async (name) => (name === 'HMGET' ? [null, null] : []), 'main')

  expect(await log.bookmark()).toEqual({ epoch: '', sequence: 0, lastId: '0-0' })
})

test('an event that is logged while the end is read never makes a number and an id that do not match', async () => {
  const log = given([row(1)], (nth, server) => nth === 1 && server.rows.push(row(2)))

  expect(await log.bookmark()).toEqual({ epoch: 'A', sequence: 2, lastId: '2-0' })
})

test('a log that is begun anew while its end is read is read again', async () => {
  const log = given([row(1), row(2)], (nth, server) => {
    if (nth !== 2) return
    server.epoch = 'B'
    server.rows = [row(1)]
  })

  expect(await log.bookmark()).toEqual({ epoch: 'B', sequence: 1, lastId: '1-0' })
})

test('what nobody can read is left out, and a page is empty at the end only', async () => {
  const foreign: readonly Row[] = [
    ['1-0', ['a', 'b']],
    ['2-0', ['seq', '2', 'e', 'no json']],
    ['3-0', ['seq', 'x', 'e', '{"data":{}}']],
  ]
  const log = given([...foreign, row(4)])

  const page = await log.range('0-0', 2)

  expect(page).toEqual([{ logid: '4-0', sequence: '0000000000000004', data: { n: 4 } }])
  expect(await log.range('4-0', 2)).toEqual([])
})
