import { systemClock } from '../base/clock.ts'
import { messageOf, TroupeError } from '../base/errors.ts'
import { homeFrom } from '../control/home.ts'
import { takeLock } from '../control/lock.ts'
import { noteLoop } from '../control/manager-loop.ts'
import { Manager } from './manager.ts'
import { openLog } from './manager-log.ts'

/** Ends of a manager that its loop takes for final (sysexits.h): nothing gets better by trying again. */
const unavailable = 69
/** Anything else starts it again. */
const software = 70

const home = homeFrom(process.env)

/** What cannot be mended from inside ends the process: the next one adopts everything. */
function die(thrown: unknown): never {
  const hint = TroupeError.is(thrown) && thrown.hint !== undefined ? `\n  ${thrown.hint}` : ''
  process.stderr.write(`troupe: the manager cannot go on: ${messageOf(thrown)}${hint}\n`)
  if (!TroupeError.is(thrown)) {
    process.stderr.write(`${thrown instanceof Error ? thrown.stack : ''}\n`)
  }
  process.exit(TroupeError.is(thrown) ? unavailable : software)
}

process.on('uncaughtException', die)
process.on('unhandledRejection', die)
// A terminal that closes, or Ctrl-C in it, is no reason to leave.
process.on('SIGHUP', () => {})
process.on('SIGINT', () => {})
process.title = 'troupe manager'

const lock = await takeLock(home).catch(die)
noteLoop(home, process.env)
const log = openLog(home.logFile)
const bornAt = systemClock.now() - process.uptime() * 1_000
const manager = await Manager.open({
  home,
  lock,
  log,
  env: process.env,
  bornAt,
  ended: () => process.exit(0),
}).catch(die)
process.on('SIGTERM', () => void manager.leave('detach', 'SIGTERM'))
