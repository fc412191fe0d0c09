import type { SourceView } from '../../protocol/views.ts'

/** What moves the source of services. */
export type UpdateOp = 'pull' | 'forward' | 'backward'

/** A commit that was asked for by name, as far as it is known. */
export interface WantedCommit {
  readonly name: string
  readonly commit?: string
  /** It comes before or after the present one. */
  readonly isRelated: boolean
}

type Refused = { readonly kind: 'refused'; readonly why: string; readonly hint: string }

/** Where an update leads. */
export type Destination =
  | { readonly kind: 'go'; readonly to: string }
  /** There is nothing to do. */
  | { readonly kind: 'stay'; readonly why: string }
  | Refused

/** What stands against an update, whatever a remote may have; undefined: nothing. */
export function obstacleTo(op: UpdateOp, source: SourceView): Refused | undefined {
  const { root, isDirty, branch, upstream } = source
  if (isDirty) {
    return refused(
      `${root} has changes that are not committed`,
      `see: git -C ${root} status; commit them, or put them away with git stash`,
    )
  }
  if (op !== 'pull') return undefined
  if (branch === undefined) {
    return refused(`${root} is on no branch`, `choose one: git -C ${root} checkout <branch>`)
  }
  if (upstream !== undefined) return undefined
  return refused(
    `branch ${branch} of ${root} follows no branch of a remote`,
    `say which: git -C ${root} branch --set-upstream-to=origin/${branch}`,
  )
}

/** Decides where an update leads, from what is known after the fetch. */
export function destinationOf(
  op: UpdateOp,
  source: SourceView,
  wanted?: WantedCommit,
): Destination {
  const obstacle = obstacleTo(op, source)
  if (obstacle !== undefined) return obstacle
  if (op === 'backward') return backwards(source)
  if (op === 'forward') return forwards(source)
  return wanted === undefined ? toUpstream(source) : toWanted(source, wanted)
}

/** Whether the present commit would be lost from sight: no remote has it, and no tip leads to it. */
export function isLastSeen({ next, upstream, ahead }: SourceView): boolean {
  return next === undefined && (upstream === undefined || ahead > 0)
}

function backwards({ previous, root }: SourceView): Destination {
  if (previous !== undefined) return { kind: 'go', to: previous }
  return refused('there is no commit before this one', `see: git -C ${root} log`)
}

function forwards({ next, root }: SourceView): Destination {
  if (next !== undefined) return { kind: 'go', to: next }
  return refused(
    'no commit after this one is known here',
    `troupe pull fetches what is new; see: git -C ${root} log --all`,
  )
}

function toUpstream({ root, upstream = '', ahead, behind }: SourceView): Destination {
  if (behind === 0) return { kind: 'stay', why: `has all of ${upstream} already` }
  if (ahead === 0) return { kind: 'go', to: upstream }
  return refused(
    `${root} has ${ahead} of its own commits and lacks ${behind} of ${upstream}: it cannot be fast-forwarded`,
    `bring them together: git -C ${root} rebase ${upstream}`,
  )
}

function toWanted(
  { root, revision }: SourceView,
  { name, commit, isRelated }: WantedCommit,
): Destination {
  if (commit === revision) return { kind: 'stay', why: `is at ${name} already` }
  if (commit === undefined) {
    return refused(
      `${root} knows no commit ${name}, nor does its remote`,
      `see: git -C ${root} log --all`,
    )
  }
  if (isRelated) return { kind: 'go', to: commit }
  return refused(
    `${name} is not on the way of the branch in ${root}`,
    `to leave the branch: git -C ${root} checkout ${name}, then troupe reload`,
  )
}

function refused(why: string, hint: string): Refused {
  return { kind: 'refused', why, hint }
}
