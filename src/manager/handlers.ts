import type { Cancel, Clock } from '../base/clock.ts'
import { TroupeError } from '../base/errors.ts'
import type { Usage } from '../process/usage.ts'
import type { LifecycleEvent } from '../protocol/envelope.ts'
import { shortType } from '../protocol/events.ts'
import type { Op, Result } from '../protocol/operations.ts'
import type { HostView, InstanceView, ServiceView, WatchView } from '../protocol/views.ts'
import type { LedgerStore } from '../supervisor/ledger.ts'
import type { Surroundings } from '../supervisor/launch-order.ts'
import type { TrustedKeys } from '../fleet/keys.ts'
import type { Inheritance } from '../supervisor/instance-ports.ts'
import type { ActionDesk } from './action-desk.ts'
import { actingHandlers } from './acting-handlers.ts'
import type { InstanceBoard } from './board.ts'
import { describeService } from './describe.ts'
import type { DesiredService } from './desired-state.ts'
import type { DesiredStore } from './desired-store.ts'
import type { Call, Handlers } from './dispatcher.ts'
import { type EventJournal, parsed, timeOf } from './event-journal.ts'
import type { Fleet } from './fleet.ts'
import type { Herald } from './herald.ts'
import { helpText } from './help.ts'
import { type LogSource, readLogs } from './log-reader.ts'
import { emptyLogs, logSources } from './log-sources.ts'
import type { Roster } from './roster.ts'
import type { SavedServices } from './saved-services.ts'
import type { SettingsDesk } from './settings-desk.ts'
import { sourceHandlers } from './source-handlers.ts'
import type { Sources } from './source/sources.ts'
import { tellStory } from './story.ts'
import { type Choice, resolveTargets } from './targets.ts'

/** All that the verbs work with: each handler takes of it what it needs. */
export interface HandlerPorts {
  readonly clock: Clock
  readonly roster: Roster
  readonly board: InstanceBoard
  readonly ledger: LedgerStore
  readonly store: DesiredStore
  readonly journal: EventJournal
  readonly herald: Pick<Herald, 'listen'>
  readonly fleet: Pick<Fleet, 'hosts' | 'relay'>
  readonly around: Surroundings
  readonly keys: TrustedKeys
  readonly settings: SettingsDesk
  readonly saved: SavedServices
  readonly sources: Sources
  readonly actions: ActionDesk
  readonly estate: Pick<Inheritance, 'held'>
  readonly hostView: () => HostView
  /** What is known of a job beyond its process. */
  jobView(service: DesiredService): Pick<ServiceView, 'schedule' | 'nextRunAt' | 'runs'>
  /** What files a service watches, and what a change of `path` means to it. */
  watchView(service: DesiredService, path?: string): WatchView
  /** Lets changes of files be until the returned function is called. */
  readonly moving: (services: readonly string[]) => Cancel
  usageOf(pids: readonly number[]): Promise<ReadonlyMap<number, Usage>>
  doctor(): Promise<Result<'doctor'>>
  /** From now on nothing is begun, until the returned function is called. */
  readonly beginLeaving: () => Cancel
  /** Ends the manager once the reply is out. */
  readonly leave: (how: 'detach' | 'kill', by: string) => void
}

/** Events that one answer holds at most. */
const mostEvents = 1_000
const defaultLines = 15
/** Lines of each log that one answer holds at most. */
const mostLines = { local: 100_000, redis: 1_000 } as const

/** Each verb of the protocol, done by this host. */
export function handlersOf(ports: HandlerPorts): Handlers {
  return {
    ...lookingHandlers(ports),
    ...actingHandlers(ports),
    ...sourceHandlers(ports),
    hosts: () => ports.fleet.hosts(),
    relay: (call) => ports.fleet.relay(call.params, call),
    trigger: (call) => ports.actions.trigger(choices(ports, call), call.params, call.gone),
    ...ownHandlers(ports),
  }
}

function lookingHandlers(
  ports: HandlerPorts,
): Pick<
  Handlers,
  'ping' | 'help' | 'status' | 'describe' | 'logs' | 'flush' | 'events' | 'why' | 'watch'
> {
  const { journal, hostView } = ports
  return {
    ping: async () => hostView(),
    help: async () => ({ text: helpText(ports.around.ns) }),
    status: async (call) => ({ host: hostView(), instances: await seen(ports, call) }),
    describe: async (call) => ({
      services: await Promise.all(
        chosen(ports, call).map(async (service) => ({
          ...(await describeService(service, ports)),
          ...ports.jobView(service),
        })),
      ),
    }),
    logs: (call) => logs(ports, call),
    flush: (call) => flush(ports, call),
    events: async ({ params }) => ({
      events: eventsOf(journal, params),
      bookmark: journal.bookmark(),
    }),
    why: async (call) => ({ stories: stories(ports, call) }),
    watch: async (call) => ({
      services: chosen(ports, call).map((service) => ports.watchView(service, call.params.path)),
    }),
  }
}

/** What concerns the manager itself, and what it keeps. */
function ownHandlers(
  ports: HandlerPorts,
): Pick<Handlers, 'save' | 'resurrect' | 'config' | 'keys' | 'doctor' | 'detach' | 'kill'> {
  const { roster, settings, saved } = ports
  return {
    save: async ({ params: { clear } }) =>
      clear === true ? saved.clear() : saved.save(roster.services),
    resurrect: async ({ id, by }) => ({
      instances: await saved.resurrect(roster, { by, cause: id }),
    }),
    config: async ({ params }) => settings.change(params),
    keys: async ({ params: { trust } }) => {
      if (trust !== undefined) ports.keys.trust(trust, ports.clock.date())
      return { keys: ports.keys.list() }
    },
    doctor: () => ports.doctor(),
    detach: async ({ by }) => {
      ports.leave('detach', by)
      return { pid: process.pid }
    },
    kill: (call) => kill(ports, call),
  }
}

async function kill(
  { roster, beginLeaving, leave }: HandlerPorts,
  { id, by, params }: Call<'kill'>,
): Promise<Result<'kill'>> {
  // Nothing may be started behind the back of what is being stopped.
  const stay = beginLeaving()
  try {
    const stopped = await roster.halt({ by, cause: id }, params.keep)
    leave('kill', by)
    return { stopped }
  } catch (error) {
    stay()
    throw error
  }
}

function choices({ roster }: HandlerPorts, { services }: Call<Op>): readonly Choice[] {
  return resolveTargets(services, roster.services)
}

function chosen(ports: HandlerPorts, call: Call<Op>) {
  const names = new Set(choices(ports, call).map(({ service }) => service))
  return ports.roster.services.filter(({ spec }) => names.has(spec.name))
}

/** Views of what was named, or of everything, with what the processes use now. */
async function seen(ports: HandlerPorts, call: Call<'status'>): Promise<readonly InstanceView[]> {
  const picks = call.services.length === 0 ? undefined : choices(ports, call)
  const views = ports.board.all().filter((view) => picks === undefined || isPicked(view, picks))
  const pids = views.flatMap(({ pid }) => (pid === undefined ? [] : [pid]))
  const usage = await ports.usageOf(pids)
  return views.map((view) => {
    const used = view.pid === undefined ? undefined : usage.get(view.pid)
    return used === undefined ? view : { ...view, ...used }
  })
}

function chosenOrAll(ports: HandlerPorts, call: Call<Op>): readonly Choice[] {
  if (call.services.length > 0) return choices(ports, call)
  return ports.roster.services.map(({ spec }) => ({ service: spec.name }))
}

function isPicked({ service, slot }: InstanceView, picks: readonly Choice[]): boolean {
  return picks.some((pick) => pick.service === service && (pick.slots?.includes(slot) ?? true))
}

async function logs(ports: HandlerPorts, call: Call<'logs'>): Promise<Result<'logs'>> {
  const { lines = defaultLines, streams = ['out', 'err'], follow = false } = call.params
  const { after = [], drain = false } = call.params
  const sources = (): readonly LogSource[] =>
    logSources(ports.roster.services, chosenOrAll(ports, call), ports.around).filter(({ stream }) =>
      streams.includes(stream),
    )
  const onAdded = (added: (all: readonly LogSource[]) => void): Cancel =>
    ports.herald.listen(({ type }) => {
      if (shortType(type) !== 'service.declared') return
      try {
        added(sources())
      } catch (thrown) {
        // What was asked for may be gone by now.
        if (!TroupeError.is(thrown, 'E_NO_SUCH_SERVICE')) throw thrown
      }
    })
  const wanted = {
    lines: Math.min(lines, mostLines[call.via]),
    gone: call.gone,
    after,
    isDrained: drain,
    ...(follow ? { follow: (line: unknown) => call.progress(line), onAdded } : {}),
  }
  return { lines: await readLogs(sources(), wanted, ports.clock) }
}

async function flush(ports: HandlerPorts, call: Call<'flush'>): Promise<Result<'flush'>> {
  const sources = logSources(ports.roster.services, choices(ports, call), ports.around)
  return { files: await emptyLogs(sources) }
}

/** A page of the journal, oldest first: behind a position, or the newest ones not older than a time. */
function eventsOf(
  journal: EventJournal,
  params: Call<'events'>['params'],
): readonly LifecycleEvent[] {
  const { after, since, limit = mostEvents } = params
  const most = Math.max(1, Math.min(limit, mostEvents))
  const isNewest = after === undefined && since === undefined
  const behind = after === undefined ? 0 : Number(after.split('-')[0])
  const entries = isNewest ? journal.after(0) : journal.everyAfter(behind)
  const wanted = since === undefined ? entries : entries.filter((entry) => timeOf(entry) >= since)
  return (after === undefined ? wanted.slice(-most) : wanted.slice(0, most)).map(parsed)
}

function stories(ports: HandlerPorts, call: Call<'why'>): Result<'why'>['stories'] {
  const picks = choices(ports, call)
  const events = ports.journal.after(0).map(parsed)
  const now = ports.clock.date()
  return ports.board
    .all()
    .filter((view) => isPicked(view, picks))
    .map((view) => tellStory(view, events, now))
}
