import { isAbsolute, relative } from 'node:path'
import { TroupeError } from '../../base/errors.ts'
import type { PostUpdate } from '../../declaration/service.ts'
import { obstacleTo, type UpdateOp } from './destination.ts'
import type { Place } from './place.ts'
import type { Preparation } from './post-update.ts'
import type { WorkingTree } from './working-tree.ts'

/** A service as an update sees it. */
export interface Subject {
  readonly name: string
  readonly place: Place
  readonly postUpdate?: PostUpdate
}

/** A working tree, and the services that are to follow it. */
export interface Repository {
  readonly root: string
  readonly tree: WorkingTree
  readonly subjects: readonly Subject[]
}

/**
 * The working trees of services, each once, none of which stands in the way of the update.
 *
 * @throws TroupeError `E_FAILED` before anything was changed
 */
export async function repositoriesOf(
  op: UpdateOp,
  subjects: readonly Subject[],
  treeOf: (place: Place) => WorkingTree,
): Promise<readonly Repository[]> {
  const found = new Map<string, Repository>()
  for (const subject of subjects) {
    const tree = treeOf(subject.place)
    const source = await tree.look()
    const obstacle = obstacleTo(op, source)
    if (obstacle !== undefined) {
      throw new TroupeError('E_FAILED', `${subject.name} stays as it is: ${obstacle.why}`, obstacle)
    }
    const { root } = source
    const known = found.get(root) ?? { root, tree, subjects: [] }
    found.set(root, { ...known, subjects: [...known.subjects, subject] })
  }
  return [...found.values()]
}

/** The services whose code lies in this repository. */
export function namesIn({ subjects }: Repository): readonly string[] {
  return subjects.map(({ name }) => name)
}

/** The commands of all services in their order, but for those that one before asks for in the same place. */
export function preparationsOf({ subjects }: Repository): readonly Preparation[] {
  return subjects.reduce<readonly Preparation[]>((before, subject) => {
    const asked = new Set(before.map(keyOf))
    return [...before, ...commandsOf(subject).filter((each) => !asked.has(keyOf(each)))]
  }, [])
}

function commandsOf({ place, postUpdate }: Subject): readonly Preparation[] {
  if (postUpdate === undefined) return []
  const { commands, timeoutMs } = postUpdate
  return commands.map((command) => ({ command, place, timeoutMs }))
}

function keyOf({ command, place: { cwd, user } }: Preparation): string {
  return JSON.stringify([command, cwd, user])
}

/** Services that run from the same tree and were not named: they meet the new source at their next start. */
export function bystanders(
  { root, subjects }: Repository,
  others: readonly { readonly name: string; readonly cwd: string }[],
): readonly string[] {
  const named = new Set(subjects.map(({ name }) => name))
  return others
    .filter(({ name, cwd }) => !named.has(name) && isInside(cwd, root))
    .map(({ name }) => name)
}

function isInside(path: string, root: string): boolean {
  const way = relative(root, path)
  return way !== '..' && !way.startsWith('../') && !isAbsolute(way)
}
