import { expect, test } from 'vitest'
import { machineWith, serviceOf } from './given.ts'

type Fields = Readonly<Record<string, unknown>>

const machine = machineWith({
  files: { '/srv/job.py': {}, '/srv/main.ts': {}, '/srv/binary': { mode: 'x', text: '\0' } },
  commands: ['bun', 'node', 'python3', 'sh'],
})

// prettier-ignore
const apps: [Fields, boolean][] = [
  [{},                                                              true],
  [{ source_map_support: true },                                    true],
  [{ exec_interpreter: 'node' },                                    true],
  [{ node_args: '--harmony' },                                      true],
  [{ source_map_support: false },                                   false],
  [{ disable_source_map_support: true },                            false],
  [{ disable_source_map_support: true, source_map_support: true },  false],
  [{ node_args: '--no-enable-source-maps' },                        false],
  [{ script: 'main.ts' },                                           false],
  [{ script: 'job.py' },                                            false],
  [{ script: 'binary' },                                            false],
  [{ script: 'node app.js' },                                       false],
]

test.each(apps)('an app that says %j has source maps turned on for it: %j', (app, isOn) => {
  const { interpreterArgs } = serviceOf(app, { machine })

  expect(interpreterArgs.includes('--enable-source-maps')).toBe(isOn)
})

test('what the author turned on is not turned on twice', () => {
  const { interpreterArgs } = serviceOf({ node_args: ['--harmony', '--enable-source-maps'] })

  expect(interpreterArgs).toEqual(['--harmony', '--enable-source-maps'])
})
