import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import type { Carrier } from '../bus/carrier.ts'
import { localCarrier } from '../bus/local-carrier.ts'
import type { Home } from '../control/home.ts'
import { type Channels, channelsOf } from '../protocol/names.ts'
import type { LedgerStore } from '../supervisor/ledger.ts'
import { commandFile } from './command-file.ts'
import type { CommandMemory } from './command-memory.ts'
import type { Config } from './config.ts'
import { DesiredStore } from './desired-store.ts'
import { EventJournal } from './event-journal.ts'
import { HostHealth } from './health.ts'
import { Herald } from './herald.ts'
import { ledgerFiles } from './ledger-files.ts'
import type { ManagerLog } from './manager-log.ts'

/** Everything that a home remembers, and the voice that tells of it. */
export interface Records {
  readonly hub: Carrier
  readonly channels: Channels
  readonly journal: EventJournal
  readonly herald: Herald
  readonly health: HostHealth
  readonly ledger: LedgerStore
  readonly store: DesiredStore
  readonly commands: CommandMemory
  readonly report: (what: string, thrown: unknown) => void
}

interface Options {
  readonly home: Home
  readonly config: Config
  readonly log: ManagerLog
  readonly clock: Clock
}

/** Opens all that a manager keeps on disk, and makes the folders for it where they are missing (mode 0700). */
export function openRecords({ home, config, log, clock }: Options): Records {
  for (const dir of [home.stateDir, home.logsDir, home.pidsDir]) {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
  }
  const { namespace: ns, host } = config
  const report = (what: string, thrown: unknown): void =>
    log.error({ err: thrown }, `${what}: ${messageOf(thrown)}`)
  const health = new HostHealth({
    clock,
    dirs: [home.stateDir, home.logsDir],
    announce: (draft) => herald.announce(draft),
  })
  const trouble = (about: string) => (why: string | undefined) =>
    health.note(about, why === undefined ? undefined : `the ${about} cannot be written: ${why}`)
  const journal = new EventJournal({
    dir: home.stateDir,
    ns,
    host,
    clock,
    onTrouble: trouble('event journal'),
  })
  const hub = localCarrier((line) => log.warn(line))
  const channels = channelsOf(ns)
  const herald = new Herald({ journal, hub, channels, host, report })
  const ledger = ledgerFiles({
    dir: join(home.stateDir, 'ledger'),
    onTrouble: trouble('crash ledger'),
  })
  const store = new DesiredStore({ dir: home.stateDir, onTrouble: trouble('desired state') })
  if (store.damage !== undefined) health.note('damage', store.damage)
  const commands = openCommands(home, clock, health)
  return { hub, channels, journal, herald, health, ledger, store, commands, report }
}

function openCommands({ stateDir }: Home, clock: Clock, health: HostHealth): CommandMemory {
  return commandFile({
    path: join(stateDir, 'commands.jsonl'),
    clock,
    onTrouble: (why) =>
      health.note(
        'commands',
        why === undefined ? undefined : `commands cannot be remembered: ${why}`,
      ),
  })
}
