import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { emptyLedger, type LedgerStore, type ServiceLedger } from '../supervisor/ledger.ts'
import { readJson, writeJson } from './atomic-file.ts'

interface Options {
  readonly dir: string
  /** Told when the disk refuses; the ledger then lives in memory alone. */
  readonly onTrouble: (why: string | undefined) => void
}

/** One small JSON file for each service; read once, then written through. */
export function ledgerFiles({ dir, onTrouble }: Options): LedgerStore {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const held = new Map<string, ServiceLedger>()
  const pathOf = (serviceId: string): string => join(dir, `${serviceId}.json`)
  return {
    load(serviceId) {
      const ledger = held.get(serviceId) ?? recall(pathOf(serviceId))
      held.set(serviceId, ledger)
      return ledger
    },
    save(serviceId, ledger) {
      held.set(serviceId, ledger)
      try {
        writeJson(pathOf(serviceId), ledger, { isDurable: false })
        onTrouble(undefined)
      } catch (thrown) {
        onTrouble(thrown instanceof Error ? thrown.message : String(thrown))
      }
    },
    forget(serviceId) {
      held.delete(serviceId)
      rmSync(pathOf(serviceId), { force: true })
    },
  }
}

function recall(path: string): ServiceLedger {
  const read = readJson(path)
  const isLedger = typeof read === 'object' && read !== null && 'slots' in read && 'exits' in read
  // Written by this file alone, from ServiceLedgers; anything else is as good as none.
  return isLedger ? (read as ServiceLedger) : emptyLedger
}
