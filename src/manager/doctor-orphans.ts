import { type Clock, sleep } from '../base/clock.ts'
import type { Home } from '../control/home.ts'
import { type Carrier, procCensus } from '../process/census.ts'
import { isCookieOf } from '../process/cookie.ts'
import type { LaunchRecord } from '../process/host.ts'
import { isAlive } from '../process/identity.ts'
import { readIntent } from '../process/intent.ts'
import { parseLaunchId } from '../process/launch-id.ts'
import { readBootId, readCommandLine } from '../process/proc.ts'
import { listRunDirectories, readIdentityNote } from '../process/run-directory.ts'
import type { Finding } from '../protocol/answers.ts'
import { redactArguments } from '../protocol/redact.ts'
import type { DesiredService } from './desired-state.ts'
import { identify } from './identity-file.ts'

interface Around {
  readonly home: Home
  readonly services: readonly DesiredService[]
  readonly clock: Clock
}

/** Whoever carries one cookie of this home although no instance answers for it. */
interface Orphans {
  readonly carriers: readonly Carrier[]
  /** Undefined when its run directory is gone. */
  readonly record: LaunchRecord | undefined
  /** Its main process lives, so declaring its service again would take it over. */
  readonly isWhole: boolean
}

/** What an end leaves behind is swept within this. */
const sweptWithinMs = 500
const longestCommand = 60

/** Processes that were launched here and belong to no instance: survivors of a stop, and runs of forgotten services. */
export async function orphanFindings(around: Around): Promise<readonly Finding[]> {
  const first = await findOrphans(around)
  if (first.length > 0) await sleep(around.clock, sweptWithinMs)
  const orphans = first.length > 0 ? await findOrphans(around) : []
  if (orphans.length > 0) return orphans.map(findingOf)
  return [{ about: 'orphans', verdict: 'ok', text: 'every process has an instance' }]
}

async function findOrphans({ home, services }: Around): Promise<readonly Orphans[]> {
  const { managerId } = identify(home.stateDir)
  const bootId = readBootId()
  const records = await recordsIn(home)
  const all = await procCensus(bootId).count()
  const ours = all.filter(({ cookie }) => isCookieOf(managerId, cookie))
  const ids = new Set(services.map(({ id }) => id))
  const slots = new Set(
    services.flatMap((each) => each.slots.map(({ slot }) => `${each.id}.${slot}`)),
  )
  return [...new Set(ours.map(({ cookie }) => cookie))].flatMap((cookie): readonly Orphans[] => {
    const carriers = ours.filter((each) => each.cookie === cookie)
    const record = records.get(cookie)
    // It has no instance, and goes when its service needs it no more.
    if (record?.role === 'primary' && ids.has(parseLaunchId(record.launchId).serviceId)) return []
    if (record === undefined) return [{ carriers, record, isWhole: false }]
    const main = readIdentityNote(record.dir, 'main', bootId)
    // One without a note is about to start.
    const isWhole = main === undefined || isAlive(main, bootId)
    return isWhole && slots.has(slotOf(record)) ? [] : [{ carriers, record, isWhole }]
  })
}

async function recordsIn({ runDir }: Home): Promise<ReadonlyMap<string, LaunchRecord>> {
  const dirs = await listRunDirectories(runDir)
  const intents = await Promise.all(dirs.map((dir) => readIntent(dir).catch(() => undefined)))
  return new Map(
    intents.flatMap((intent) =>
      intent === undefined ? [] : [[intent.record.cookie, intent.record]],
    ),
  )
}

function slotOf({ launchId, slot }: LaunchRecord): string {
  return `${parseLaunchId(launchId).serviceId}.${slot}`
}

function findingOf({ carriers, record, isWhole }: Orphans): Finding {
  const pids = carriers.map(({ identity }) => identity.pid)
  const [main = 0] = pids.toReversed()
  const command = redactArguments(readCommandLine(main).split(' ')).join(' ')
  const shown = command.length > longestCommand ? `${command.slice(0, longestCommand)}…` : command
  const whose = record === undefined ? 'a launch that is over' : `${record.service}#${record.slot}`
  const stuck = carriers.filter(({ state }) => state === 'D').map(({ identity }) => identity.pid)
  const end = `kill -9 ${pids.join(' ')}`
  return {
    about: 'orphans',
    verdict: 'warning',
    text: `pid ${pids.join(', ')} of ${whose} ${pids.length === 1 ? 'belongs' : 'belong'} to no instance: ${shown}`,
    next: nextFor(end, { stuck, service: isWhole ? record?.service : undefined }),
  }
}

function nextFor(
  end: string,
  { stuck, service }: { readonly stuck: readonly number[]; readonly service: string | undefined },
): string {
  if (stuck.length > 0) {
    return `${end}, once the disk or mount that pid ${stuck.join(', ')} waits for answers again; until then nothing ends it`
  }
  return service === undefined ? end : `start ${service} again to take it over, or end it: ${end}`
}
