import { messageOf, TroupeError } from '../../base/errors.ts'
import type { SourceMove } from '../../protocol/answers.ts'
import type { SourceView } from '../../protocol/views.ts'
import type { Acted } from '../acted.ts'
import type { Asker } from '../roster.ts'
import { destinationOf, isLastSeen, type UpdateOp, type WantedCommit } from './destination.ts'
import type { Failure, Preparation } from './post-update.ts'
import { namesIn, preparationsOf, type Repository } from './repository.ts'
import type { RollOut } from './roll-out.ts'
import type { WorkingTree } from './working-tree.ts'

/** The reload of those who run from a repository, and the commands that make it ready before. */
export interface UpdatePorts {
  readonly rollOut: Pick<RollOut, 'begin' | 'processesOf' | 'changedSince'>
  readonly run: (preparation: Preparation) => Promise<Failure>
}

/** What was asked for, by whom, and who hears how far it is. */
export interface UpdateOrder {
  readonly op: UpdateOp
  readonly commit?: string
  readonly asker: Asker
  readonly tell: (line: string) => void
}

/** What was reloaded, and from which commit to which each repository went. */
export interface Updated extends Acted {
  readonly moves: readonly SourceMove[]
}

/**
 * Moves a working tree and brings its services along: `post_update`, then a reload. When either fails, the
 * tree goes back to where it was, is prepared again, and what no longer runs as before is started again on it.
 *
 * @throws TroupeError `E_FAILED` that says what failed, and how the services run now
 */
export async function update(
  repository: Repository,
  order: UpdateOrder,
  ports: UpdatePorts,
): Promise<Updated> {
  const { tree } = repository
  const { op, tell } = order
  const names = namesIn(repository)
  const who = names.join(', ')
  if (op === 'pull') {
    tell(`${who}: fetching`)
    await tree.fetch()
  }
  const from = await tree.look()
  const destination = destinationOf(op, from, await wantedIn(tree, from, order.commit))
  if (destination.kind === 'refused') {
    throw new TroupeError('E_FAILED', `${who} stays as it is: ${destination.why}`, destination)
  }
  if (destination.kind === 'stay') {
    return { instances: [], notes: [`${who} ${destination.why}: ${titleOf(from)}`], moves: [] }
  }
  if (isLastSeen(from)) await tree.keep(from)
  await tree.move(destination.to)
  return settle({ repository, from, before: ports.rollOut.processesOf(names) }, order, ports)
}

/** A tree that was moved, and how things were before. */
interface Moved {
  readonly repository: Repository
  readonly from: SourceView
  readonly before: ReturnType<RollOut['processesOf']>
}

/** Brings the services to where their source is, or the source back to where it was. */
async function settle(moved: Moved, order: UpdateOrder, ports: UpdatePorts): Promise<Updated> {
  const { repository, from } = moved
  const { tree, root } = repository
  const { op, tell, asker } = order
  const services = namesIn(repository)
  const who = services.join(', ')
  try {
    const to = await tree.look()
    tell(`${who}: ${short(from.revision)} → ${titleOf(to)}`)
    await prepare(repository, order, ports)
    tell(`${who}: reloading`)
    const acted = await ports.rollOut.begin(services, asker)
    const { revision, subject } = to
    return { ...acted, moves: [{ services, root, from: from.revision, to: revision, subject }] }
  } catch (thrown) {
    tell(`${who}: it failed, going back to ${titleOf(from)}`)
    const hint = await takeBack(moved, order, ports)
    const why = `${op} of ${who} failed: ${messageOf(thrown)}`
    throw new TroupeError('E_FAILED', why, { hint, cause: thrown })
  }
}

async function wantedIn(
  tree: WorkingTree,
  { revision }: SourceView,
  name: string | undefined,
): Promise<WantedCommit | undefined> {
  if (name === undefined) return undefined
  const commit = await tree.find(name)
  if (commit === undefined) return { name, isRelated: false }
  const isRelated =
    (await tree.isWithin(commit, revision)) || (await tree.isWithin(revision, commit))
  return { name, commit, isRelated }
}

/** @throws TroupeError `E_FAILED` with the first command that fails */
async function prepare(
  repository: Repository,
  { tell }: UpdateOrder,
  { run }: UpdatePorts,
): Promise<void> {
  for (const preparation of preparationsOf(repository)) {
    tell(`$ ${preparation.command}`)
    const failure = await run(preparation)
    if (failure !== undefined) throw new TroupeError('E_FAILED', failure)
  }
}

/** Goes back as far as that is possible; resolves with a sentence on how things stand then. */
async function takeBack(
  { repository, from, before }: Moved,
  order: UpdateOrder,
  ports: UpdatePorts,
): Promise<string> {
  const { tree, root } = repository
  try {
    await tree.restore(from.revision)
  } catch (thrown) {
    return `the source could not be brought back (${messageOf(thrown)}): git -C ${root} reset --hard ${from.revision}`
  }
  const back = `the source is back at ${titleOf(from)}`
  const troubles: string[] = []
  const note = (thrown: unknown): void => void troubles.push(messageOf(thrown))
  await prepare(repository, order, ports).catch(note)
  const changed = ports.rollOut.changedSince(namesIn(repository), before)
  if (changed.length > 0) await ports.rollOut.begin(changed, order.asker).catch(note)
  const running =
    changed.length === 0
      ? 'what ran runs on, untouched'
      : `${changed.join(', ')} had been replaced, and was started again on it`
  const trouble = troubles.length === 0 ? '' : `; but there as well: ${troubles.join('; ')}`
  return `${back}; ${running}${trouble}`
}

function titleOf({ revision, subject }: SourceView): string {
  return `${short(revision)} ${subject}`
}

function short(revision: string): string {
  return revision.slice(0, 7)
}
