import { TroupeError } from '../base/errors.ts'
import { amended } from '../declaration/amendment.ts'
import type { Op, Result } from '../protocol/operations.ts'
import type { InstanceView } from '../protocol/views.ts'
import type { Delivery } from '../supervisor/instance-messages.ts'
import type { Surroundings } from '../supervisor/launch-order.ts'
import type { ActOp, ActOptions } from '../supervisor/supervision.ts'
import { type Acted, allOf } from './acted.ts'
import { apply, planNow } from './apply.ts'
import type { InstanceBoard } from './board.ts'
import type { Call, Handlers } from './call.ts'
import type { DesiredStore } from './desired-store.ts'
import { graceOf } from './grace.ts'
import { notesOfMoved } from './moved.ts'
import type { WantedServices } from './plan.ts'
import { reachedBy } from './receipt.ts'
import type { Roster } from './roster.ts'
import { notesOfSharedLogs } from './shared-logs.ts'
import { type Choice, resolveTargets } from './targets.ts'
import { writeLine } from './write-line.ts'

interface Ports {
  readonly roster: Roster
  readonly board: InstanceBoard
  readonly store: Pick<DesiredStore, 'state'>
  readonly around: Surroundings
}

type Acting =
  | 'start'
  | 'stop'
  | 'restart'
  | 'reset'
  | 'reload'
  | 'scale'
  | 'signal'
  | 'send'
  | 'stdin'
  | 'delete'

/** The verbs that do something to services. */
export function actingHandlers(ports: Ports): Pick<Handlers, Acting | Declaring> {
  const { roster } = ports
  return {
    start: (call) => act(ports, 'start', call),
    stop: (call) => act(ports, 'stop', call),
    restart: (call) => act(ports, 'restart', call),
    reset: (call) => act(ports, 'reset', call),
    reload: (call) => roster.reload(choices(ports, call), { by: call.by, cause: call.id }),
    scale: (call) => {
      const names = choices(ports, call).map(({ service }) => service)
      return roster.scale(names, call.params.to, { by: call.by, cause: call.id })
    },
    signal: (call) => {
      // Decoding has seen that it is one.
      const name = call.params.signal as NodeJS.Signals
      return deliver(ports, call, { kind: 'signal', signal: name })
    },
    send: (call) => deliver(ports, call, { kind: 'message', data: call.params.data }),
    stdin: (call) => writeLine(choices(ports, call), call.params, roster),
    delete: (call) => remove(ports, call),
    declare: (call) => declareAll(ports, call),
    inherit: (call) => inherit(ports, call),
    plan: async (call) => planNow(wantedOf(call), ports),
    apply: (call) => {
      const { digest } = call.params
      return apply({ ...wantedOf(call), digest }, { by: call.by, cause: call.id }, ports)
    },
  }
}

type Declaring = 'declare' | 'inherit' | 'plan' | 'apply'

function wantedOf({ params }: Call<'plan' | 'apply'>): WantedServices {
  const { declaration, inherited, prune = false } = params
  return { declaration, inherited, prune }
}

function choices({ roster }: Ports, { services }: Call<Acting | 'inherit'>): readonly Choice[] {
  return resolveTargets(services, roster.services)
}

/** Who asks, for which command, and how long what it ends may take. */
function askerOf(call: Call<Op>): ActOptions {
  const graceMs = graceOf(call.params)
  return { by: call.by, cause: call.id, ...(graceMs === undefined ? {} : { graceMs }) }
}

async function act(ports: Ports, op: ActOp, call: Call<ActOp>) {
  const picks = choices(ports, call)
  const before = ports.board.all()
  const instances = await ports.roster.act(op, picks, askerOf(call))
  const notes = op === 'start' ? notesOfOnline(before, instances) : []
  return { instances, ...(notes.length > 0 ? { notes } : {}) }
}

/** What a start leaves as it was. */
function notesOfOnline(
  before: readonly InstanceView[],
  started: readonly InstanceView[],
): readonly string[] {
  const online = new Set(before.filter(({ state }) => state === 'online').map(({ id }) => id))
  return started
    .filter(({ id }) => online.has(id))
    .map(
      ({ service, slot, pid }) => `${service}#${slot} was online already, pid ${pid ?? 'unknown'}`,
    )
}

/** @throws TroupeError `E_FAILED` where nobody heard it */
async function deliver(
  ports: Ports,
  call: Call<'signal' | 'send'>,
  what: Delivery,
): Promise<Result<'send'>> {
  const picks = choices(ports, call)
  const instances = reachedBy(await ports.roster.send(picks, what))
  if (instances.length > 0) return { instances }
  const names = picks.map(({ service }) => service).join(', ')
  const why = what.kind === 'signal' ? 'no process of it runs' : 'nothing of it listens'
  throw new TroupeError('E_FAILED', `${names} was not reached: ${why}`, {
    hint: 'see: troupe list. Only Node services hear messages, once they have started',
  })
}

async function remove(ports: Ports, call: Call<'delete'>): Promise<Result<'delete'>> {
  const names = choices(ports, call).map(({ service }) => service)
  const views = ports.board.all().filter(({ service }) => names.includes(service))
  await ports.roster.remove(names, askerOf(call))
  return { instances: views.map((view) => ({ ...view, state: 'stopped' })) }
}

/** What the shell says now wins; what it does not say stays, as after PM2's `--update-env`. */
async function inherit({ roster, store, ...ports }: Ports, call: Call<'inherit'>): Promise<Acted> {
  const { inherited, fields = {}, how = 'restart' } = call.params
  const names = new Set(choices({ roster, store, ...ports }, call).map(({ service }) => service))
  const chosen = roster.services.filter(({ spec }) => names.has(spec.name))
  // Before anything is done: what cannot be changed of one is not changed of another.
  const anew = chosen.map(({ spec, environment }) => ({ spec: amended(spec, fields), environment }))
  const done = anew.map(({ spec, environment }) => {
    const { groups, environments } = store.state
    const declaration = { services: [spec], groups, warnings: [] }
    const layer = { ...environments[environment], ...inherited }
    return roster.declare(declaration, layer, { ...askerOf(call), how })
  })
  return allOf(await Promise.allSettled(done))
}

async function declareAll(
  { roster, around }: Ports,
  call: Call<'declare'>,
): Promise<Result<'declare'>> {
  const { declaration, inherited, how = 'start' } = call.params
  const asker = { ...askerOf(call), how }
  const before = roster.services.map(({ spec }) => spec)
  const { instances, notes = [] } = await roster.declare(declaration, inherited, asker)
  const moved = notesOfMoved(before, declaration.services)
  const now = roster.services.map(({ spec }) => spec)
  const shared = notesOfSharedLogs(declaration.services, now, around)
  return { instances, notes: [...declaration.warnings, ...moved, ...shared, ...notes] }
}
