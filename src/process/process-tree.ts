/** A process and whose child it is. */
export interface Kin {
  readonly pid: number
  readonly parent: number
  readonly startTicks: number
  /** Resident memory, in pages. */
  readonly pages: number
}

/** Reads a line of `/proc/<pid>/stat`; undefined when it is none, or that of a zombie. */
export function parseKin(line: string): Kin | undefined {
  const close = line.lastIndexOf(')')
  const pid = Number.parseInt(line, 10)
  // Field 3, the state, is the first after the command, which itself may hold anything.
  const rest = line.slice(close + 2).split(' ')
  const [state, parent, startTicks, pages] = [
    rest[0],
    Number(rest[1]),
    Number(rest[19]),
    Number(rest[21]),
  ]
  const isWhole = [pid, parent, startTicks, pages].every(Number.isSafeInteger)
  return close === -1 || state === 'Z' || !isWhole ? undefined : { pid, parent, startTicks, pages }
}

/**
 * The members of each tree, by its root; a root that is gone has none.
 *
 * A member is a child of a member, or carries the cookie of a member's launch: a process whose
 * parent ended belongs to init, but what it uses belongs to the service. A root within the tree
 * of another, such as a worker below its primary, is a tree of its own.
 */
export function treesOf(
  processes: readonly Kin[],
  roots: readonly number[],
  cookieOf: (kin: Kin) => string | undefined,
): ReadonlyMap<number, readonly Kin[]> {
  const byPid = new Map(processes.map((kin) => [kin.pid, kin]))
  const owners = new Map<number, number | undefined>(roots.map((root) => [root, root]))
  const owned = (kin: Kin): number | undefined => {
    if (owners.has(kin.pid)) return owners.get(kin.pid)
    // Whoever is asked about meanwhile is its own ancestor, which pids that are reused can feign.
    owners.set(kin.pid, undefined)
    const parent = byPid.get(kin.parent)
    const owner = parent && owned(parent)
    owners.set(kin.pid, owner)
    return owner
  }
  const homeless = processes.filter((kin) => owned(kin) === undefined)
  adoptByCookie(homeless, { roots, byPid, owners, cookieOf })
  const members = processes.map((kin) => [owners.get(kin.pid), kin] as const)
  return new Map(
    roots.map((root) => [root, members.flatMap(([owner, kin]) => (owner === root ? [kin] : []))]),
  )
}

interface Known {
  readonly roots: readonly number[]
  readonly byPid: ReadonlyMap<number, Kin>
  readonly owners: Map<number, number | undefined>
  readonly cookieOf: (kin: Kin) => string | undefined
}

function adoptByCookie(homeless: readonly Kin[], { roots, byPid, owners, cookieOf }: Known): void {
  const launches = new Map(
    roots.flatMap((root) => {
      const kin = byPid.get(root)
      const cookie = kin && cookieOf(kin)
      return cookie === undefined ? [] : [[cookie, root] as const]
    }),
  )
  if (launches.size === 0) return
  const ancestors = new Set(roots.flatMap((root) => ancestorsOf(root, byPid)))
  for (const kin of homeless) {
    // The guard carries the cookie as well, and is ours.
    if (ancestors.has(kin.pid)) continue
    const cookie = cookieOf(kin)
    if (cookie !== undefined) owners.set(kin.pid, launches.get(cookie))
  }
}

function ancestorsOf(pid: number, byPid: ReadonlyMap<number, Kin>): readonly number[] {
  const found: number[] = []
  for (let at = byPid.get(pid)?.parent; at !== undefined && !found.includes(at);) {
    found.push(at)
    at = byPid.get(at)?.parent
  }
  return found
}
