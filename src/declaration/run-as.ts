import type { Account } from './accounts.ts'
import type { CheckedApp } from './check.ts'
import type { Machine } from './machine.ts'
import { below, type Problem } from './problem.ts'

/** The user and the system group that a service runs as, where they are not those of the manager. */
export interface RunAs {
  readonly gid: number
  /** Absent where only a group was declared. */
  readonly user?: Account
}

/** A user and a group, or what stands against them; neither where none is declared. */
export interface JudgedRunAs {
  readonly runAs?: RunAs
  readonly problems: readonly Problem[]
}

/** Looks up `uid` and `gid` on the machine, and whether processes may be given them. */
export function runAsOf(app: CheckedApp, machine: Machine): JudgedRunAs {
  const { uid, gid } = app.values
  if (uid === undefined && gid === undefined) return { problems: [] }
  const user = uid === undefined ? undefined : machine.user(uid)
  const group = gid === undefined ? user?.gid : machine.group(gid)
  const problems = [
    ...lost(app, 'uid', user, ['a user of this machine', 'see `getent passwd`']),
    ...lost(app, 'gid', group, ['a group of this machine', 'see `getent group`']),
  ]
  if (problems.length > 0 || group === undefined) return { problems }
  const runAs = { gid: group, ...(user === undefined ? {} : { user }) }
  return mayBe(runAs, machine) ? { runAs, problems } : { problems: [notRoot(app)] }
}

function lost(
  app: CheckedApp,
  name: 'uid' | 'gid',
  found: unknown,
  [expected, hint]: readonly [expected: string, hint: string],
): readonly Problem[] {
  const isLost = app.values[name] !== undefined && found === undefined
  return isLost ? [problem(app, name, expected, hint)] : []
}

/** Root may be anybody; everyone else only who they are. */
function mayBe({ user, gid }: RunAs, { uid: ownUid, gid: ownGid }: Machine): boolean {
  return ownUid === 0 || ((user === undefined || user.uid === ownUid) && gid === ownGid)
}

function notRoot(app: CheckedApp): Problem {
  const name = app.values.uid === undefined ? 'gid' : 'uid'
  const hint = `run troupe and its manager as root, or leave ${name} out`
  return problem(app, name, 'to be run by root, who alone may choose it', hint)
}

function problem(
  { path, spellings, values }: CheckedApp,
  name: 'uid' | 'gid',
  expected: string,
  hint: string,
): Problem {
  return { path: below(path, spellings.get(name) ?? name), expected, got: values[name], hint }
}
