/** What becomes of manager and services when the init system stops the unit. */
export type Parting =
  /** Everything stops, and the next boot starts it again. */
  | 'kill'
  /** The manager leaves, the services stay. */
  | 'detach'
  /** The manager has ended by itself: nobody asked for anything. */
  | 'nothing'

/** What systemd says while it runs `ExecStop`. */
export interface SystemdJobs {
  /** The answer of `systemctl list-jobs`; undefined where there was none. */
  readonly jobs: string | undefined
  /** `MAINPID`, which systemd sets while the main process lives. */
  readonly mainPid: string | undefined
}

/**
 * Reads what is being done to a unit from the list of jobs, whose lines are `id unit type state`.
 * systemd runs `ExecStop` for a stop, for a restart, and also after the manager ended by itself,
 * and only the job tells these apart.
 */
export function partingUnder(unit: string, { jobs, mainPid }: SystemdJobs): Parting {
  const isGone = mainPid === undefined || mainPid === ''
  // Where nobody can be asked, a machine that shuts down is the likeliest reason.
  if (jobs === undefined) return isGone ? 'nothing' : 'kill'
  const job = jobs
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([, name]) => name === unit)
  const type = job?.[2]
  if (type === 'stop') return 'kill'
  return type === undefined || isGone ? 'nothing' : 'detach'
}
