import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { TroupeError } from '../base/errors.ts'
import type { Call } from './call.ts'

/** What a declaration is called where nobody says, best first. */
const usual = [
  'processes.json',
  'processes.yaml',
  'processes.yml',
  'processes.config.js',
  'ecosystem.config.js',
  'ecosystem.config.cjs',
  'ecosystem.config.mjs',
  'ecosystem.config.ts',
]

/** @throws TroupeError `E_USAGE` where nothing is named and nothing lies here */
export function declarationHere(named: string | undefined, cwd: string): string {
  const file = named ?? usual.find((name) => existsSync(resolve(cwd, name)))
  if (file !== undefined) return file
  throw new TroupeError('E_USAGE', `which declaration? there is no ${usual[0]} here`, {
    hint: 'name the file, or write one with: troupe init',
  })
}

/** @throws TroupeError `E_USAGE`: what a part of a file leaves out is not meant to go */
export function refuseOnlyWithPrune({ options: { only, prune } }: Call): void {
  if (only === undefined || prune !== true) return
  throw new TroupeError('E_USAGE', '--prune needs the whole file', { hint: 'leave --only away' })
}
