import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { agentVariable, preloadWords, takeConfig } from '../../../src/process/agent/config.ts'
import { JsonLines, lineOf } from '../../../src/process/agent/lines.ts'
import { pauseBefore } from '../../../src/process/agent/reconnect.ts'
import { isWorkerMessage } from '../../../src/process/agent/worker-words.ts'

const file = '/troupe/preload.js'
const config = { kind: 'fork', socket: '/home/agents.sock', cookie: 'm:web.0.1:abc' }

test('the agent takes its variable and its two words with it, and nothing else', () => {
  const env: Record<string, string | undefined> = {
    PATH: '/bin',
    [agentVariable]: JSON.stringify(config),
  }
  const execArgv = [...preloadWords(file), '--require', '/apm.js', '--inspect']

  expect(takeConfig({ env, execArgv }, file)).toEqual(config)

  expect(env).toEqual({ PATH: '/bin' })
  expect(execArgv).toEqual(['--require', '/apm.js', '--inspect'])
  expect(takeConfig({ env, execArgv }, file)).toBeUndefined()
})

test('lines arrive whole, however they were cut; what is no line of ours is dropped', () => {
  const heard: unknown[] = []
  const lines = new JsonLines<unknown>((line) => heard.push(line))
  const text = `${lineOf({ a: 'ä\n' })}nonsense\n42\n\n${lineOf({ b: 2 })}`

  for (const char of text) lines.take(char)

  expect(heard).toEqual([{ a: 'ä\n' }, { b: 2 }])
})

test('the pauses between tries grow from 50 ms to a second', () => {
  expect([1, 2, 3, 4, 5, 6, 60].map(pauseBefore)).toEqual([50, 100, 200, 400, 800, 1000, 1000])
})

test.each([
  [{ cmd: 'NODE_TROUPE', kind: 'bye' }, true],
  [{ cmd: 'NODE_CLUSTER' }, false],
  ['NODE_TROUPE', false],
  [null, false],
])('of the messages on the channel of a worker, %j is one of ours: %s', (message, isOurs) => {
  expect(isWorkerMessage(message)).toBe(isOurs)
})

test('the agent runs in services of any Node: at run time it needs nothing but Node and itself', () => {
  const dir = new URL('../../../src/process/agent/', import.meta.url).pathname
  const needed = readdirSync(dir).flatMap((name) => {
    const text = readFileSync(join(dir, name), 'utf8')
    return [...text.matchAll(/^import (?!type )[^']*'([^']+)'|^\} from '([^']+)'/gm)].map(
      ([, one, other]) => one ?? other ?? '',
    )
  })

  expect(needed.length).toBeGreaterThan(10)
  expect(needed.filter((from) => !/^(node:|\.\/)/.test(from))).toEqual([])
})
