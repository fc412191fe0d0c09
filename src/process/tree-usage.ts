import { readFileSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { errnoOf } from '../base/errors.ts'
import { cookieVariable } from './cookie.ts'
import { listPids, readVariable } from './proc.ts'
import { type Kin, parseKin, treesOf } from './process-tree.ts'

/** What a process and all that it started use together. */
export interface TreeUsage {
  /** Resident memory; pages that several of them share count for each. */
  readonly memoryBytes: number
  readonly processes: number
}

/** Weighs trees of processes. */
export interface TreeMeter {
  /** By the pid of the root; those that are gone are absent. */
  measure(roots: readonly number[]): Promise<ReadonlyMap<number, TreeUsage>>
}

/** A pass reads so many processes, about a millisecond, before others get their turn. */
const perTurn = 64

/** Weighs through `/proc`, in one pass for all trees. */
export function procTreeMeter(): TreeMeter {
  const pageBytes = readPageBytes()
  let cookies: ReadonlyMap<string, string | undefined> = new Map()

  return {
    async measure(roots) {
      if (roots.length === 0) return new Map()
      const processes = await readAll()
      // An environment is read once in the life of a process: it is what it was started with.
      const seen = new Map<string, string | undefined>()
      const cookieOf = (kin: Kin): string | undefined => {
        const key = `${kin.pid}:${kin.startTicks}`
        const cookie = cookies.has(key) ? cookies.get(key) : readVariable(kin.pid, cookieVariable)
        seen.set(key, cookie)
        return cookie
      }
      const trees = treesOf(processes, roots, cookieOf)
      cookies = seen
      return new Map(
        [...trees].flatMap(([root, members]) =>
          members.length === 0 ? [] : [[root, usageOf(members, pageBytes)] as const],
        ),
      )
    },
  }
}

function usageOf(members: readonly Kin[], pageBytes: number): TreeUsage {
  const pages = members.reduce((sum, kin) => sum + kin.pages, 0)
  return { memoryBytes: pages * pageBytes, processes: members.length }
}

async function readAll(): Promise<readonly Kin[]> {
  const found: Kin[] = []
  for (const [index, pid] of listPids().entries()) {
    const kin = readKin(pid)
    if (kin) found.push(kin)
    // oxlint-disable-next-line no-await-in-loop
    if (index % perTurn === perTurn - 1) await nextTurn()
  }
  return found
}

/** Synchronous on purpose: the kernel answers from memory, in microseconds. */
function readKin(pid: number): Kin | undefined {
  try {
    return parseKin(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ESRCH') return undefined
    throw error
  }
}

/** `AT_PAGESZ` of getauxval(3). */
const pageSizeEntry = 6
const usualPageBytes = 4_096

/** The kernel counts in pages, and says in the auxiliary vector how large they are. */
function readPageBytes(): number {
  const { buffer } = Uint8Array.from(readFileSync('/proc/self/auxv'))
  const is32Bit = process.arch === 'arm' || process.arch === 'ia32'
  const words = Array.from(is32Bit ? new Uint32Array(buffer) : new BigUint64Array(buffer), Number)
  const at = words.findIndex((word, index) => index % 2 === 0 && word === pageSizeEntry)
  return at === -1 ? usualPageBytes : (words[at + 1] ?? usualPageBytes)
}
