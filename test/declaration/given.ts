import { isAbsolute, join } from 'node:path'
import { groupIn, userIn } from '../../src/declaration/accounts.ts'
import { declarationFrom } from '../../src/declaration/declare.ts'
import type { Machine, Sight } from '../../src/declaration/machine.ts'
import { DeclarationError, type Problem } from '../../src/declaration/problem.ts'
import type { Declaration, ServiceSpec } from '../../src/declaration/service.ts'

/** A file of the fake machine: `x` may be executed, `-` may not be read. */
interface FakeFile {
  readonly mode?: 'x' | '-'
  readonly text?: string
}

interface FakeMachine {
  readonly files?: Readonly<Record<string, FakeFile>>
  readonly directories?: readonly string[]
  readonly commands?: readonly string[]
  readonly runsTypeScript?: boolean
  /** Of the caller; root is 0. */
  readonly uid?: number
}

const passwd = 'root:x:0:0:root:/root:/bin/sh\nann:x:1000:100:Ann:/home/ann:/bin/sh\n42:x:7:7::/:\n'
const groups = 'root:x:0:\nusers:x:100:ann\nwww:x:33:\n'

export const node = '/usr/bin/node'
export const staticServer = '/opt/troupe/static-site.js'

/** A machine with four processors whose `/srv` holds `app.js` and whatever is given. */
export function machineWith({
  files = {},
  directories = [],
  commands = ['bash', 'sh', 'node', 'python3', 'npm'],
  runsTypeScript = false,
  uid = 0,
}: FakeMachine = {}): Machine {
  const all: Readonly<Record<string, FakeFile>> = {
    '/srv/app.js': {},
    [staticServer]: {},
    ...files,
  }
  const dirs = ['/', '/srv', '/home/ann', ...directories]
  const installed = new Set(commands.map((command) => join('/usr/bin', command)))
  const look = (path: string): Sight => {
    const file = all[path]
    if (dirs.includes(path)) return { kind: 'directory', isEnterable: path !== '/locked' }
    if (installed.has(path)) return { kind: 'file', isReadable: true, isExecutable: true }
    if (file === undefined) return { kind: 'nothing' }
    return { kind: 'file', isReadable: file.mode !== '-', isExecutable: file.mode === 'x' }
  }
  return {
    processors: 4,
    uid,
    gid: uid,
    home: '/home/ann',
    node,
    staticServer,
    nvm: undefined,
    runsTypeScript,
    look,
    user: (wanted) => userIn(passwd, wanted),
    group: (wanted) => groupIn(groups, wanted),
    beginning: (path) => all[path]?.text ?? '',
    find: (command, searchPath) =>
      searchPath === undefined
        ? [join('/usr/bin', command)].find((path) => installed.has(path))
        : [join(searchPath, command)].find((path) => isAbsolute(path) && path in all),
  }
}

interface Given {
  readonly machine?: Machine
  readonly envName?: string
  readonly only?: readonly string[]
  /** Where the file is; the caller is in `/srv`. */
  readonly dir?: string
}

/** What a file in `/srv` with this content declares. */
export function declared(raw: unknown, given: Given = {}): Declaration {
  const { dir = '/srv', machine = machineWith(), envName, only } = given
  return declarationFrom(
    { raw, root: '' },
    {
      label: 'processes.json',
      file: `${dir}/processes.json`,
      cwd: '/srv',
      bases: [...new Set([dir, '/srv'])],
      machine,
      envName,
      only,
    },
  )
}

/** The one service of an app that runs `app.js` unless it says otherwise. */
export function serviceOf(app: Readonly<Record<string, unknown>>, given?: Given): ServiceSpec {
  const [service] = declared({ script: 'app.js', ...app }, given).services
  if (service === undefined) throw new Error('no service was declared')
  return service
}

/** What a file is refused for. */
export function refusal(raw: unknown, given?: Given): DeclarationError {
  try {
    declared(raw, given)
  } catch (error) {
    if (error instanceof DeclarationError) return error
    throw error
  }
  throw new Error('nothing was wrong')
}

export function problemsOf(raw: unknown, given?: Given): readonly Problem[] {
  return refusal(raw, given).problems
}
