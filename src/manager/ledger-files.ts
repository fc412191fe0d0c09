import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isObject } from '../protocol/untyped.ts'
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
      const ledger = held.get(serviceId) ?? recall(pathOf(serviceId), onTrouble)
      held.set(serviceId, ledger)
      return ledger
    },
    save(serviceId, ledger) {
      held.set(serviceId, ledger)
      try {
        writeJson(pathOf(serviceId), ledger, { isDurable: false, isCompact: true })
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

/** A damaged ledger is put aside and said aloud: what it knew of crashes is lost, the service is not. */
function recall(path: string, onTrouble: Options['onTrouble']): ServiceLedger {
  const found = readJson(path)
  if (found.kind === 'absent') return emptyLedger
  // Written by this file alone, from ServiceLedgers: its outline is proof enough.
  if (found.kind === 'read' && isLedger(found.value)) return found.value
  renameSync(path, `${path}.damaged`)
  onTrouble(`${path} was damaged and is now ${path}.damaged; earlier crashes are forgotten`)
  return emptyLedger
}

function isLedger(value: unknown): value is ServiceLedger {
  return isObject(value) && isObject(value['slots']) && Array.isArray(value['exits'])
}
