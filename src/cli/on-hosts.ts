import { createInterface } from 'node:readline/promises'
import { userInfo } from 'node:os'
import { TroupeError } from '../base/errors.ts'
import { uniqueId } from '../base/ids.ts'
import { showMillis } from '../base/units.ts'
import { targetsFrom } from '../control/targets.ts'
import { encodeCommand } from '../protocol/encode-command.ts'
import { channelsOf } from '../protocol/names.ts'
import { type Op, operations } from '../protocol/operations.ts'
import type { HostAnswer } from '../protocol/replies.ts'
import { choose, parseSelection } from '../protocol/selector.ts'
import { signCommand } from '../protocol/signature.ts'
import type { FleetHost, InstanceView } from '../protocol/views.ts'
import type { Call } from './call.ts'
import { findKey } from './key-store.ts'
import { sentenceOf } from './outcome.ts'
import { needSession, type Session } from './session.ts'
import { instanceTable } from './table.ts'

/** What a verb says to other hosts. */
export interface Remote {
  readonly op: Op
  readonly services: readonly string[]
  readonly args: Readonly<Record<string, unknown>>
}

/** What became of a command on all hosts that were meant; every one of them is in one of the lists. */
interface Tally {
  readonly done: readonly string[]
  readonly failed: readonly string[]
  /** They are there, and said nothing. */
  readonly silent: readonly string[]
  /** They could not be asked. */
  readonly unreachable: readonly string[]
}

/** Does a verb on other hosts: those that `--on` selects. Exits with 0 when each of them has done it. */
export async function onHosts(remote: Remote, call: Call): Promise<number> {
  const { options, place } = call
  const { screen } = place
  const session = await needSession(place)
  const { hosts: all } = await session.ask('hosts', [], {})
  const chosen = chosenFrom(all, options.on ?? 'all')
  screen.note(`${remote.op} matches ${chosen.length} of ${all.length} hosts: ${namesOf(chosen)}`)
  if (chosen.length === 0) throw nobody(options.on ?? '', all)
  await confirm(remote, chosen, call)
  const reached = chosen.filter(({ state }) => state === 'up')
  const answers = reached.length === 0 ? [] : await send(remote, reached, session, call)
  const tally = tallyOf(chosen, answers)
  if (options.json === true) screen.print(JSON.stringify({ ...tally, replies: answers }))
  else printEnd(tally, chosen, call)
  return tally.done.length === chosen.length ? 0 : 1
}

function chosenFrom(hosts: readonly FleetHost[], selector: string): readonly FleetHost[] {
  const labelled = hosts.map((each) => ({ ...each, labels: each.info?.labels ?? {} }))
  return choose(parseSelection(selector), labelled, selector)
}

/** What ends something on many hosts is confirmed by a person, or by `--yes`. */
async function confirm(
  { op }: Remote,
  chosen: readonly FleetHost[],
  { options, place }: Call,
): Promise<void> {
  const isHarmless = operations[op].isRead || op === 'start' || chosen.length === 1
  if (isHarmless || options.yes === true) return
  const count = String(chosen.length)
  if (!place.screen.isTerminal || process.stdin.isTTY !== true) {
    throw new TroupeError('E_USAGE', `${op} on ${count} hosts has to be confirmed`, {
      hint: 'with --yes',
    })
  }
  const asking = createInterface({ input: process.stdin, output: process.stderr })
  const typed = await asking.question(`Type ${count} to ${op} on these ${count} hosts: `)
  asking.close()
  if (typed.trim() !== count) throw new TroupeError('E_USAGE', 'nothing was done')
}

async function send(
  { op, services, args }: Remote,
  hosts: readonly FleetHost[],
  session: Session,
  call: Call,
): Promise<readonly HostAnswer[]> {
  const { options, place } = call
  const { ns } = session.client.greeting
  const names = hosts.map(({ host }) => host)
  const [only] = names
  const channels = channelsOf(ns)
  const channel = names.length === 1 && only !== undefined ? channels.host(only) : channels.all
  const isSigned = options.key !== undefined || hosts.some((host) => needsSignature(host, op))
  const key = isSigned ? await findKey(place.home, options.key) : undefined
  const id = uniqueId()
  const plain = encodeCommand({
    id,
    op,
    services: targetsFrom(services),
    args,
    by: key?.name ?? userInfo().username,
    at: place.clock.date(),
    hosts: { hosts: names },
  })
  const raw = key === undefined ? plain : await signCommand(plain, { ns, channel, key })
  const hear = (answer: unknown): void => {
    // The manager's progress on this operation is an answer and nothing else.
    if (options.json !== true) printAnswer(answer as HostAnswer, call)
  }
  return (await session.ask('relay', [], { channel, raw, id, hosts: names }, hear)).replies
}

function needsSignature({ info }: FleetHost, op: Op): boolean {
  const mode = info?.mode ?? 'strict'
  return mode === 'strict' || (mode === 'mixed' && !operations[op].isRead)
}

function tallyOf(chosen: readonly FleetHost[], answers: readonly HostAnswer[]): Tally {
  const statusOf = new Map(answers.map(({ host, status }) => [host, status]))
  const those = (fits: (host: FleetHost) => boolean): readonly string[] =>
    chosen.filter(fits).map(({ host }) => host)
  return {
    done: those(({ host }) => statusOf.get(host) === 'done'),
    failed: those(({ host }) => statusOf.has(host) && statusOf.get(host) !== 'done'),
    silent: those(({ host, state }) => state === 'up' && !statusOf.has(host)),
    unreachable: those(({ host, state }) => state !== 'up' && !statusOf.has(host)),
  }
}

function printAnswer(answer: HostAnswer, { place: { screen, clock } }: Call): void {
  const { paint } = screen
  const { host } = answer
  switch (answer.status) {
    case 'done': {
      screen.print(`${paint.good('✓')} ${host}: done in ${showMillis(answer.ms)}`)
      const instances = instancesIn(answer.result)
      const lines =
        answer.op === 'status'
          ? [instanceTable(instances, { paint, now: clock.date() })]
          : instances.map((view) => `    ${sentenceOf(view, paint)}`)
      for (const line of lines) screen.print(line)
      return
    }
    case 'failed':
    case 'rejected':
      screen.print(`${paint.bad('✗')} ${host}: ${answer.message}`)
      if (answer.status === 'failed' && answer.hint !== undefined) screen.note(`  ${answer.hint}`)
      return
    case 'superseded':
      return screen.print(`${paint.busy('!')} ${host}: superseded by ${answer.by}`)
    case 'accepted':
      return
  }
}

/** A manager of another version may answer otherwise. */
function instancesIn(result: unknown): readonly InstanceView[] {
  const instances =
    typeof result === 'object' && result !== null && 'instances' in result ? result.instances : []
  return Array.isArray(instances) ? (instances as readonly InstanceView[]) : []
}

function printEnd(tally: Tally, chosen: readonly FleetHost[], { place: { screen } }: Call): void {
  const { paint } = screen
  const whyOf = new Map(chosen.map(({ host, why }) => [host, why]))
  for (const host of tally.silent) screen.print(`${paint.bad('✗')} ${host}: said nothing`)
  for (const host of tally.unreachable) {
    screen.print(`${paint.bad('✗')} ${host}: cannot be reached: ${whyOf.get(host) ?? ''}`)
  }
  const counts = Object.entries(tally)
    .filter(([, hosts]) => hosts.length > 0)
    .map(([name, hosts]) => `${hosts.length} ${name}`)
  screen.print(counts.join(', '))
}

function namesOf(hosts: readonly FleetHost[]): string {
  const names = hosts.map(({ host }) => host)
  return names.length <= 12
    ? names.join(', ')
    : `${names.slice(0, 11).join(', ')} and ${names.length - 11} more`
}

function nobody(selector: string, all: readonly FleetHost[]): TroupeError {
  return new TroupeError('E_USAGE', `--on ${selector} matches no host`, {
    hint: `hosts: ${namesOf(all)}; see: troupe hosts`,
  })
}
