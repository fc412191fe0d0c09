import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Change } from '../../src/protocol/answers.ts'
import { commandLine } from './given.ts'

let cwd = ''

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'troupe-cli-'))
  await writeFile(join(cwd, 'api.js'), '')
  const apps = [{ name: 'api', script: 'api.js', env_production: { A: '2' } }]
  await writeFile(join(cwd, 'processes.json'), JSON.stringify({ apps }))
})

afterAll(() => rm(cwd, { recursive: true }))

const digest = '1f3a90c2b7de'
const changes: readonly Change[] = [
  { kind: 'create', service: 'new', instances: 2 },
  {
    kind: 'change',
    service: 'api',
    how: 'restart',
    why: 'api runs in fork mode',
    fields: [
      { field: 'max_restarts', from: '16', to: '3' },
      { field: 'env.KEY', from: '***', to: '***' },
      { field: 'env.NEW', to: '***' },
      { field: 'shell.LANG', from: '***', isShell: true },
    ],
  },
  { kind: 'remove', service: 'old' },
]

const planning = (planned: readonly Change[]) =>
  commandLine({ cwd, answers: { plan: () => ({ changes: planned, digest }) } })

test('plan shows each change and how to carry out exactly that, and exits with 2', async () => {
  const { code, out } = await planning(changes).troupe('plan', '--prune', '--env', 'production')

  expect(code).toBe(2)
  expect(out).toBe(`+ new  2 instances
~ api  restart: api runs in fork mode
    ~ max_restarts  16 → 3
    ~ env.KEY  changed
    + env.NEW
    - shell.LANG  (this shell)
- old  stops and is forgotten

3 changes; carry out exactly this: troupe apply processes.json --env production --prune --plan ${digest}
`)
})

test('plan exits with 0 where there is nothing to do', async () => {
  const { code, out } = await planning([]).troupe('plan')

  expect({ code, out }).toEqual({ code: 0, out: 'nothing to do: what is declared is so\n' })
})

test('plan answers programs with the changes and the digest', async () => {
  const { code, out } = await planning(changes).troupe('plan', '--json')

  expect(code).toBe(2)
  expect(JSON.parse(out)).toEqual({ changes, digest })
})

test('apply asks for what the plan with this digest showed', async () => {
  const given = commandLine({
    cwd,
    answers: { apply: () => ({ changes: [], instances: [], notes: [] }) },
  })

  const { code, out, asked } = await given.troupe('apply', '--prune', '--plan', digest)

  expect({ code, out }).toEqual({ code: 0, out: 'nothing to do: what is declared is so\n' })
  expect(asked).toMatchObject([{ op: 'apply', args: { prune: true, digest } }])
})

test.each(['plan', 'apply'])('%s does not prune by a part of a file', async (verb) => {
  const { code, err, asked } = await planning([]).troupe(verb, '--only', 'api', '--prune')

  expect({ code, asked }).toEqual({ code: 1, asked: [] })
  expect(err).toContain('--prune needs the whole file')
})
