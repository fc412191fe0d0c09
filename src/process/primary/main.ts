/*
 * The primary of a clustered service: it holds the listening sockets, forks workers when it is told to, and notes
 * their ends. It is started by a manager and outlives it.
 */
import { systemClock } from '../../base/clock.ts'
import { PrimaryDoor } from './door.ts'
import { schedule } from './fork-worker.ts'
import { Primary } from './primary.ts'
import { type PrimaryConfig, primaryProtocol, primaryVariable } from './words.ts'

// Written by the manager that started this process.
const config = JSON.parse(process.env[primaryVariable] ?? '') as PrimaryConfig
// Node would mix these into the environments of the workers.
for (const name of Object.keys(process.env)) delete process.env[name]
process.chdir(config.dir)
schedule(config.scheduling)

const primary = new Primary({
  config,
  clock: systemClock,
  tell: (news) => door.tell(news),
  leave: () => door.close(),
})
const door: PrimaryDoor = new PrimaryDoor({
  came: () => ({ kind: 'welcome', protocol: primaryProtocol, cookies: primary.managed() }),
  obey: (line) => primary.obey(line),
  left: () => primary.unmanaged(),
})
door.open('sock')
