import { rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { type Clock, sleep } from '../base/clock.ts'
import type { Carrier, Census } from './census.ts'
import { isCookieOf } from './cookie.ts'
import type { Found, Survivor } from './host.ts'
import { isAlive } from './identity.ts'
import { type Intent, readIntent } from './intent.ts'
import { readCommandLine } from './proc.ts'
import {
  isPrimaryLaunch,
  listRunDirectories,
  readExitNote,
  readIdentityNote,
} from './run-directory.ts'
import { type Evidence, judge, type Verdict } from './verdict.ts'

/** What a survey needs to know and to be able to do. */
export interface SurveySite {
  /** `<home>/run`. */
  readonly root: string
  readonly managerId: string
  readonly bootId: string
  readonly clock: Clock
  readonly census: Census
  sweep(cookie: string): Promise<readonly Survivor[]>
}

/** How long a guard may stand between two of its notes, which takes it a millisecond, before it is given up. */
const patienceMs = 2_000
const lookAgainMs = 10

/** Judges every run directory of a home but those of primaries, and finds the processes that have none. */
export async function survey(site: SurveySite): Promise<readonly Found[]> {
  const intents = await readIntents(await listRunDirectories(site.root))
  const carriers = await site.census.count()
  const found = await judgeAll(intents.filter(isOfInstance), carriers, site)
  return [...found, ...orphans(carriers, intents, site)]
}

/** Judges the run directories of primaries. They belong to no slot, and to whoever surveys. */
export async function surveyPrimaries(site: SurveySite): Promise<readonly Found[]> {
  const dirs = await listRunDirectories(site.root)
  // Nothing else is looked at: a primary that is not taken over yet may just be making a directory for a worker.
  const intents = await readIntents(dirs.filter((dir) => isPrimaryLaunch(basename(dir))))
  if (intents.length === 0) return []
  return judgeAll(intents, await site.census.count(), site)
}

function judgeAll(
  intents: readonly Intent[],
  carriers: readonly Carrier[],
  site: SurveySite,
): Promise<readonly Found[]> {
  return Promise.all(intents.map((intent) => settledVerdict(intent, carriers, site)))
}

function isOfInstance({ record }: Intent): boolean {
  return record.role !== 'primary'
}

/** Drops directories whose intent was never finished: nothing was spawned from them. */
async function readIntents(dirs: readonly string[]): Promise<readonly Intent[]> {
  const read = await Promise.all(dirs.map(async (dir) => ({ dir, intent: await readIntent(dir) })))
  const unfinished = read.filter(({ intent }) => !intent)
  await Promise.all(unfinished.map(({ dir }) => rm(dir, { recursive: true })))
  return read.flatMap(({ intent }) => intent ?? [])
}

/** A launch that is caught in the middle of a step is looked at until it has taken the step. */
async function settledVerdict(
  intent: Intent,
  carriers: readonly Carrier[],
  site: SurveySite,
): Promise<Found> {
  const deadline = site.clock.now() + patienceMs
  for (let seen = look(intent, carriers, site); ; seen = look(intent, carriers, site)) {
    const verdict = judge(seen)
    if (verdict.kind !== 'moving') return verdict
    // oxlint-disable-next-line no-await-in-loop
    if (site.clock.now() > deadline) return giveUp(seen, site)
    // oxlint-disable-next-line no-await-in-loop
    await sleep(site.clock, lookAgainMs)
  }
}

/** A guard that is stuck could start its process at any later time: it is killed before a verdict is given. */
async function giveUp(seen: Evidence, site: SurveySite): Promise<Found> {
  await site.sweep(seen.record.cookie)
  const verdict: Verdict = judge({ ...seen, isGuardAlive: false, isMainAlive: false })
  return verdict.kind === 'moving' ? { kind: 'unstarted', record: seen.record } : verdict
}

function look(intent: Intent, carriers: readonly Carrier[], site: SurveySite): Evidence {
  const { record } = intent
  const { bootId, clock } = site
  // The exit is read last: a process that ends while it is looked at is then found with its status.
  const main = readIdentityNote(record.dir, 'main', intent.bootId)
  const guard = readIdentityNote(record.dir, 'pid', intent.bootId)
  const isMainAlive = main !== undefined && isAlive(main, bootId)
  const isGuardAlive = guard
    ? isAlive(guard, bootId)
    : carriers.some(({ cookie, identity }) => cookie === record.cookie && isAlive(identity, bootId))
  return {
    record,
    isThisBoot: intent.bootId === bootId,
    exitNote: readExitNote(record.dir),
    main,
    isMainAlive,
    isGuardNoted: guard !== undefined,
    isGuardAlive,
    now: clock.date(),
  }
}

function orphans(
  carriers: readonly Carrier[],
  intents: readonly Intent[],
  site: SurveySite,
): readonly Found[] {
  const known = new Set(intents.map(({ record }) => record.cookie))
  return carriers
    .filter(({ cookie }) => isCookieOf(site.managerId, cookie) && !known.has(cookie))
    .map(({ cookie, identity: { pid } }) => ({
      kind: 'orphan' as const,
      pid,
      cookie,
      command: readCommandLine(pid),
    }))
}
