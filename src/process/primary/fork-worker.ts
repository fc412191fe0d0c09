import cluster, { type Worker } from 'node:cluster'
import type { WorkerNotes } from './notes.ts'
import type { WorkerProgram } from './words.ts'

/** Chooses, once and for all workers of this primary, who accepts connections. */
export function schedule(scheduling: 'rr' | 'none'): void {
  cluster.schedulingPolicy = scheduling === 'rr' ? cluster.SCHED_RR : cluster.SCHED_NONE
}

/** Forks a worker that inherits what the notes hold open. */
export function forkWorker(program: WorkerProgram, notes: WorkerNotes): Worker {
  const { execArgv, script, args, cwd, user, env } = program
  cluster.setupPrimary({
    exec: script,
    args: [...args],
    execArgv: [...execArgv],
    cwd,
    // Said even when it is nobody: settings of earlier workers stay where they are not said again.
    uid: user.uid,
    gid: user.gid,
    stdio: ['ignore', notes.out, notes.error, 'ipc', notes.life],
  })
  return cluster.fork(env)
}
