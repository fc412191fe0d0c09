import { installIpc } from './ipc.ts'
import type { AgentConfig } from './config.ts'
import { Drain } from './drain.ts'
import { watchExceptions } from './exceptions.ts'
import { leave, tellService } from './leave.ts'
import { ManagerLink } from './manager-link.ts'
import { watchServers } from './servers.ts'

/** The agent of a service in fork mode: a connection to the manager that outlives managers. */
export function startForkAgent(config: Extract<AgentConfig, { kind: 'fork' }>): void {
  // A real channel belongs to whoever made it.
  if (process.send !== undefined) return
  const link = new ManagerLink({
    ...config,
    tell: (word) => {
      if (word.kind === 'drain') drain.begin(word)
      if (word.kind === 'message') {
        process.nextTick(() => process.emit('message', word.data, undefined))
      }
    },
  })
  const servers = watchServers((port) => link.say({ kind: 'listening', ...port }))
  const drain: Drain = new Drain({
    servers,
    say: (word) => link.say(word),
    askForBye: () => drain.happens('bye'),
    tellService,
    leave,
  })
  watchExceptions(process, (word) => link.say(word))
  installIpc(process, link)
  link.open()
}
