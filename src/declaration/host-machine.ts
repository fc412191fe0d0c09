import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readFileSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs'
import { availableParallelism, homedir } from 'node:os'
import { delimiter, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { groupIn, userIn } from './accounts.ts'
import type { Machine, Sight } from './machine.ts'

const headBytes = 512

/** Where a shell looks for commands when there is no PATH. */
const defaultPath = '/usr/local/bin:/usr/bin:/bin'

/** This machine, looked at when asked. */
export const hostMachine: Machine = {
  processors: availableParallelism(),
  // Where there are no such numbers, nobody is root.
  uid: process.geteuid?.() ?? -1,
  gid: process.getegid?.() ?? -1,
  home: homedir(),
  node: process.execPath,
  staticServer: fileURLToPath(new URL('../service/static-site/main.js', import.meta.url)),
  nvm: process.env['NVM_DIR'],
  // Newer Nodes have it; the types of the oldest supported one do not know it.
  runsTypeScript: 'typescript' in process.features && process.features.typescript !== false,

  look(path): Sight {
    const found = statOf(path)
    if (found === undefined) return { kind: 'nothing' }
    const isExecutable = may(path, constants.X_OK)
    if (found.isDirectory()) return { kind: 'directory', isEnterable: isExecutable }
    // A pipe or a device is nothing to run, and reading its beginning could last for ever.
    if (!found.isFile()) return { kind: 'nothing' }
    return { kind: 'file', isReadable: may(path, constants.R_OK), isExecutable }
  },

  beginning(path) {
    try {
      const file = openSync(path, 'r')
      const head = Buffer.alloc(headBytes)
      const length = readSync(file, head, 0, headBytes, 0)
      closeSync(file)
      return head.toString('latin1', 0, length)
    } catch {
      return ''
    }
  },

  find(command, searchPath = process.env['PATH'] ?? defaultPath) {
    return searchPath
      .split(delimiter)
      .map((dir) => resolve(dir, command))
      .find((path) => {
        const sight = hostMachine.look(path)
        return sight.kind === 'file' && sight.isExecutable
      })
  },

  user: (wanted) => userIn(textOf('/etc/passwd'), wanted),
  group: (wanted) => groupIn(textOf('/etc/group'), wanted),
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}
