import { type Clock, sleep } from '../base/clock.ts'
import { errnoOf, TroupeError } from '../base/errors.ts'
import { type Client, openClient } from '../control/client.ts'
import type { Home } from '../control/home.ts'
import type { EnsuredManager } from '../control/start-manager.ts'

/** The ways to the manager of a home. */
export interface Door {
  /** Starts a manager where none is. */
  ensure(): Promise<EnsuredManager>
  /** Undefined where no manager is; never starts one. */
  find(): Promise<Client | undefined>
}

const pollMs = 50
/** A manager that died is started again by its loop; its socket file shows that it was there. */
const returnsWithinMs = 1_500
/** A manager opens a socket that was removed again within two seconds. */
const reopensWithinMs = 5_000

/** The way to the manager of one home; what is needed to start one is loaded only when nobody is there. */
export function doorOf(home: Home, env: NodeJS.ProcessEnv, clock: Clock): Door {
  return {
    async ensure() {
      // Spawning is for the one call that finds nobody; every other one saves loading it.
      const [{ ensureManager }, { managerProgram }] = await Promise.all([
        import('../control/start-manager.ts'),
        import('../control/manager-program.ts'),
      ])
      return ensureManager(home, { argv: managerProgram(), env })
    },
    find: () => find(home, clock),
  }
}

async function find(home: Home, clock: Clock): Promise<Client | undefined> {
  const began = clock.now()
  for (;;) {
    try {
      return await openClient(home.socket, clock)
    } catch (thrown) {
      const why = absenceOf(thrown)
      if (why === undefined) throw thrown
      const waited = clock.now() - began
      const pid = await holderOf(home)
      if (pid === undefined && (why === 'ENOENT' || waited > returnsWithinMs)) return undefined
      if (pid !== undefined && waited > reopensWithinMs) throw unreachable(home, pid)
      await sleep(clock, pollMs)
    }
  }
}

/** Whoever holds the lock is a manager, whatever became of its socket. Loaded for the one call that finds nobody. */
async function holderOf(home: Home): Promise<number | undefined> {
  const { lockHolder } = await import('../control/lock.ts')
  return lockHolder(home)
}

function unreachable(home: Home, pid: number): TroupeError {
  const who = pid === 0 ? 'a manager' : `the manager, pid ${pid},`
  return new TroupeError(
    'E_MANAGER_UNREACHABLE',
    `${who} lives in ${home.dir} and does not open its socket ${home.socket}`,
    {
      hint:
        pid === 0
          ? 'it stands still or is very busy: look at the process in manager.pid'
          : `see ${home.logFile}; kill ${pid} makes it leave, its services stay`,
    },
  )
}

function absenceOf(thrown: unknown): string | undefined {
  if (!TroupeError.is(thrown, 'E_MANAGER_UNREACHABLE')) return undefined
  const errno = thrown.cause === undefined ? 'ECONNRESET' : (errnoOf(thrown.cause) ?? '')
  return ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(errno) ? errno : undefined
}
