import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ServiceSpec } from '../declaration/service.ts'
import { redactArguments, redactLine } from '../protocol/redact.ts'
import type {
  InstanceDetail,
  InstanceView,
  ServiceSettings,
  ServiceView,
  SourceView,
} from '../protocol/views.ts'
import type { LedgerStore } from '../supervisor/ledger.ts'
import type { Inheritance } from '../supervisor/instance-ports.ts'
import { filterVariables } from '../supervisor/env-filter.ts'
import {
  inheritable,
  logFilesOf,
  ownNames,
  pidFileOf,
  type Surroundings,
} from '../supervisor/launch-order.ts'
import type { InstanceBoard } from './board.ts'
import { instrumentsOf, shownInstruments } from './instruments-of.ts'
import type { DesiredService } from './desired-state.ts'
import type { DesiredStore } from './desired-store.ts'

/** Exits that `describe` shows of each instance, newest first. */
const shownExits = 10

interface Sources {
  readonly board: InstanceBoard
  readonly ledger: LedgerStore
  readonly around: Surroundings
  readonly store: Pick<DesiredStore, 'state'>
  readonly estate: Pick<Inheritance, 'held'>
  readonly sources: { of(service: DesiredService): Promise<SourceView | undefined> }
}

/** Everything about a service but the values of its environment. */
export async function describeService(
  service: DesiredService,
  from: Sources,
): Promise<ServiceView> {
  const source = await from.sources.of(service)
  return { ...viewOf(service, from), ...(source === undefined ? {} : { source }) }
}

function viewOf(service: DesiredService, from: Sources): ServiceView {
  const { spec, slots, createdAt } = service
  const { name, namespace, script, args, interpreter, interpreterArgs, cwd, envName, file } = spec
  const { restart, mergeLogs, maxRestarts, killTimeoutMs } = spec
  const version = versionNear(cwd)
  return {
    name,
    namespace,
    desired: slots.some(({ wanted }) => wanted === 'up') ? 'up' : 'down',
    script: redactLine(script),
    args: redactArguments(args),
    interpreter,
    interpreterArgs,
    cwd,
    envNames: Object.keys(spec.env).toSorted(),
    shellNames: shellNamesOf(service, from),
    ownNames: ownNames(spec),
    createdAt,
    autorestart: restart !== 'never',
    restart,
    mergeLogs,
    maxRestarts,
    killTimeoutMs,
    settings: settingsOf(spec),
    instances: from.board.of(name).map((view) => detailOf(view, service, from)),
    ...(envName === undefined ? {} : { envName }),
    ...(file === undefined ? {} : { file }),
    ...(version === undefined ? {} : { version }),
  }
}

function settingsOf(spec: ServiceSpec): ServiceSettings {
  const { watch, cronRestart, maxMemoryBytes } = spec
  return {
    autostart: spec.autostart,
    minUptimeMs: spec.minUptimeMs,
    restartDelayMs: spec.restartDelayMs,
    expBackoffMs: spec.expBackoffMs,
    stopExitCodes: spec.stopExitCodes,
    listenTimeoutMs: spec.listenTimeoutMs,
    shutdownWithMessage: spec.shutdownWithMessage,
    treekill: spec.treekill,
    instanceVar: spec.instanceVar,
    ...(watch === undefined ? {} : { watch }),
    ...(cronRestart === undefined ? {} : { cronRestart }),
    ...(maxMemoryBytes === undefined ? {} : { maxMemoryBytes }),
  }
}

function detailOf(
  view: InstanceView,
  { id, spec }: DesiredService,
  { ledger, around, estate }: Sources,
): InstanceDetail {
  const { slot, id: pmId } = view
  const launched = { serviceId: id, spec, inherited: {}, slot, pmId, wanted: 'up' } as const
  const { out, error } = logFilesOf(launched, around)
  const instruments = shownInstruments(instrumentsOf(view, estate))
  const exits = ledger.load(id).exits.filter((exit) => exit.slot === slot)
  return {
    ...view,
    outFile: out,
    errorFile: error,
    pidFile: pidFileOf(launched, around),
    exits: exits.toReversed().slice(0, shownExits),
    ...(instruments === undefined ? {} : { instruments }),
  }
}

/** What it inherits, and does not declare itself. */
function shellNamesOf(
  { spec, environment }: DesiredService,
  { store }: Sources,
): readonly string[] {
  const inherited = inheritable(store.state.environments[environment] ?? {})
  const kept = Object.keys(filterVariables(inherited, spec.envFilter))
  const ours = new Set(ownNames(spec))
  return kept.filter((name) => !(name in spec.env) && !ours.has(name)).toSorted()
}

/** The version in the nearest package.json, which PM2 shows as the service's. */
function versionNear(dir: string): string | undefined {
  try {
    const read: unknown = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'))
    const isVersioned = typeof read === 'object' && read !== null && 'version' in read
    return isVersioned && typeof read.version === 'string' ? read.version : undefined
  } catch {
    return dirname(dir) === dir ? undefined : versionNear(dirname(dir))
  }
}
