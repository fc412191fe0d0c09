import { join } from 'node:path'
import { errnoOf } from '../base/errors.ts'
import { ForkedProcess } from './forked-process.ts'
import type { Found, ManagedProcess, ProcessEvents } from './host.ts'
import type { LaunchSite } from './launch.ts'
import { reopenReader } from './lifeline.ts'
import { writePidFile } from './pid-file.ts'
import { readIdentityNote } from './run-directory.ts'

/** Watches a process that an earlier manager started. */
export function adoptProcess(
  found: Extract<Found, { kind: 'alive' }>,
  events: ProcessEvents,
  site: LaunchSite,
): ManagedProcess {
  const { record, main } = found
  const process = new ForkedProcess({
    ...site,
    record,
    main,
    guardPid: readIdentityNote(record.dir, 'pid', site.bootId)?.pid,
    events,
    forget: (over) => site.watched.delete(over),
  })
  // Its first manager may have died before it could.
  if (record.files.pid !== undefined) writePidFile(record.files.pid, main.pid)
  // Its agent comes to the same door as ever; one that cannot be opened is said at the next launch.
  site.doors.for(record.user).catch(() => {})
  site.watched.add(process)
  process.watch(findLifeline(join(record.dir, 'life')))
  return process
}

function findLifeline(path: string): number | undefined {
  try {
    return reopenReader(path)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}
