import { Pm2 } from './api.ts'
import type { CustomOptions } from './instance.ts'

/** What `require('pm2')` gives: an instance, with the class beside it. */
export interface ReadyPm2 extends Pm2 {
  readonly custom: typeof Pm2
}

const pm2: ReadyPm2 = Object.assign(new Pm2(), { custom: Pm2 })

// The one default export: whoever says `import pm2 from 'pm2'` says it of this package too.
// oxlint-disable-next-line import/no-default-export
export default pm2
// What `require` gives to a CommonJS program (https://nodejs.org/api/modules.html#loading-ecmascript-modules-using-require).
export { pm2 as 'module.exports' }
export { type CustomOptions, Pm2 as custom }
export type { Acted, Success } from './acting.ts'
export type { Bus, BusListener, Ports as BusPorts } from './bus.ts'
export type { Callback } from './calls.ts'
export type { Pm2Session } from './instance.ts'
export type { Target } from './link.ts'
export type { ProcessDescription } from './process-description.ts'
export type { ActedProcess, ProcessHandle } from './shapes.ts'
