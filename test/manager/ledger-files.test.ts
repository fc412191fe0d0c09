import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ledgerFiles } from '../../src/manager/ledger-files.ts'
import { emptyLedger, emptySlot, withEntry } from '../../src/supervisor/ledger.ts'

test('a ledger is one line, and the next manager reads it', () => {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-ledger-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  const ledger = withEntry(emptyLedger, '0', { ...emptySlot, incarnation: 7, isAgain: true })

  ledgerFiles({ dir, onTrouble: () => {} }).save('api', ledger)

  expect(readFileSync(join(dir, 'api.json'), 'utf8').match(/\n/g)).toHaveLength(1)
  expect(ledgerFiles({ dir, onTrouble: () => {} }).load('api')).toEqual(ledger)
})
