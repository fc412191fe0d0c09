import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { catalogue } from '../../../src/cli/catalogue.ts'
import { openShell } from '../../support/command-line.ts'

/** Every verb once, in an order in which each has something to do, with the code it ends with. */
const lines: readonly (readonly [line: string, code: number])[] = [
  ['schema', 0],
  ['init', 0],
  ['completion bash', 0],
  ['startup systemd --dry-run', 0],
  ['unstartup systemd --dry-run', 0],
  ['import dump.pm2', 0],
  ['run once.js --no-autorestart', 3],
  // Without a manager.
  ['list', 0],
  ['jlist', 0],
  ['plan services.json', 2],
  ['ping', 0],
  ['hosts', 1],
  ['start services.json', 0],
  ['plan services.json', 0],
  ['apply services.json', 0],
  ['stop worker', 0],
  ['restart worker', 0],
  ['reload worker', 0],
  ['scale worker 2', 0],
  ['scale worker -1', 0],
  ['reset worker', 0],
  ['signal SIGCONT worker', 0],
  ['send worker hello', 0],
  ['send worker hello --message', 1],
  ['attach nobody', 1],
  ['trigger worker greet', 1],
  ['start nowhere.js', 1],
  ['start dies.js --no-autorestart', 0],
  ['stop nobody', 1],
  ['pull worker', 1],
  ['forward worker', 1],
  ['backward worker', 1],
  ['list', 0],
  ['jlist', 0],
  ['prettylist', 0],
  ['describe worker', 0],
  ['logs --nostream', 0],
  ['flush', 0],
  ['env worker', 0],
  ['pid', 0],
  ['id worker', 0],
  ['events', 0],
  ['why worker', 0],
  ['watch worker', 0],
  ['config', 0],
  ['config set labels.zone eu', 0],
  ['config get labels.zone', 0],
  ['keys new anna', 0],
  ['keys', 0],
  ['sign restart worker', 0],
  ['doctor', 0],
  ['serve . 0', 0],
  ['reloadLogs', 0],
  ['save', 0],
  ['delete worker', 0],
  ['resurrect', 0],
  ['cleardump', 0],
  ['update', 0],
  ['detach', 0],
  ['kill', 0],
  ['kill', 0],
]

/** What a service says itself, and JSON for the eye. */
const inItsOwnWords: ReadonlySet<string> = new Set(['run', 'prettylist'])

test('every verb answers --json with JSON, and ends with the code that scripts go by', async () => {
  const { troupe, dir } = await openShell()
  const file = (name: string, text: string) => writeFile(join(dir, name), text)
  const apps = [{ name: 'worker', script: 'sleep 1000' }]
  await file('services.json', JSON.stringify(apps))
  await file('dump.pm2', JSON.stringify([{ name: 'old', pm_exec_path: join(dir, 'once.js') }]))
  await file('once.js', 'process.exit(3)')
  await file('dies.js', 'process.exit(1)')

  const unlike: object[] = []
  for (const [line, expected] of lines) {
    const words = line.split(' ')
    const { code, stdout, stderr } = await troupe(...words, '--json')
    const said = { line, code, stdout, stderr }
    if (code !== expected) unlike.push({ ...said, expected })
    if (inItsOwnWords.has(words[0] ?? '')) continue
    const spoken = stdout === '' ? stderr : stdout
    if (!spoken.split('\n').filter(Boolean).every(isJson)) unlike.push(said)
  }

  expect(unlike).toEqual([])
})

test('every verb stands in this list', () => {
  const known = new Set(lines.map(([line]) => line.split(' ')[0]))
  const shown = Object.values(catalogue).flatMap((some) => some.filter(({ isHidden }) => !isHidden))
  expect(shown.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([])
})

function isJson(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}
