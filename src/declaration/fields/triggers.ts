import { z } from 'zod'
import { isCron, isTimezone } from '../cron.ts'
import { active, type Kind } from '../field.ts'
import { duration, oneOf, size, truth, wholeNumber } from '../kinds.ts'
import { membersOf } from '../members.ts'
import type { Schedule, WatchOptions, WriteFinish } from '../triggers.ts'
import type { ActiveFields } from '../values.ts'

const pattern = z.string().refine(isCron)

const restartTimes: Kind<string | false> = {
  type: z.union([
    z.union([z.literal(0), z.literal('0'), z.literal(false)]).transform(() => false as const),
    pattern,
  ]),
  expected: 'a pattern such as "0 4 * * *", or 0 for none',
}

const timezone: Kind<string> = {
  type: z.string().refine(isTimezone),
  expected: 'a time zone such as "Europe/Berlin"',
}

/** A text is one path, whatever spaces it holds; a list holds one each. */
const path = z
  .string()
  .min(1)
  .refine((text) => !text.includes('\0'))
const paths = z.union([path.transform((one): readonly string[] => [one]), z.array(path)])

const globs: Kind<readonly string[]> = {
  type: paths,
  expected: 'text or a list of texts such as ["src/**/*.ts"]',
}

const writeFinish = membersOf<WriteFinish>('true, false or an object', {
  stabilityThreshold: duration(),
  pollInterval: duration(1),
})

/** As a file says them: two of chokidar's options stand for fields of ours. */
export interface SaidWatchOptions extends WatchOptions {
  readonly cwd?: string
  readonly ignored?: readonly string[]
}

const watchOptions = membersOf<SaidWatchOptions>(
  'an object of chokidar options',
  {
    usePolling: truth,
    interval: duration(1),
    binaryInterval: duration(1),
    followSymlinks: truth,
    depth: wholeNumber(0),
    ignorePermissionErrors: truth,
    alwaysStat: truth,
    atomic: { type: truth.type.or(duration().type), expected: 'true, false or milliseconds' },
    awaitWriteFinish: {
      type: truth.type.or(writeFinish.type),
      expected: 'true, false or an object such as {"stabilityThreshold": 2000}',
    },
    cwd: { type: path, expected: 'the path of a directory' },
    ignored: globs,
  },
  // Chokidar 3's, or without a meaning where a manager does the watching.
  ['persistent', 'ignoreInitial', 'disableGlobbing', 'useFsEvents'],
)

/** As a file says it. */
export interface SaidSchedule extends Omit<Schedule, 'timeoutMs'> {
  readonly timeout: number
}

const scheduleMembers = membersOf<SaidSchedule>('a pattern or an object', {
  cron: { type: pattern, expected: 'a pattern such as "0 4 * * *"' },
  timezone,
  overlap: oneOf('skip', 'queue', 'replace'),
  missed: oneOf('skip', 'run_once'),
  timeout: duration(1),
  keep: wholeNumber(0, 1_000),
})

const schedule: Kind<Partial<SaidSchedule>> = {
  type: z
    .union([pattern, z.record(z.string(), z.unknown())])
    // A union that read the members would hide which of them is wrong.
    .transform((said): unknown => (typeof said === 'string' ? { cron: said } : said))
    .pipe(scheduleMembers.type),
  expected: 'a pattern such as "0 4 * * *", or an object with one as cron',
}

/** What makes a service restart, or a job run, besides its own end. */
export const triggers: Pick<
  ActiveFields,
  | 'max_memory_restart'
  | 'cron_restart'
  | 'cron_timezone'
  | 'cron_starts_stopped'
  | 'watch'
  | 'ignore_watch'
  | 'watch_options'
  | 'watch_delay'
  | 'schedule'
> = {
  max_memory_restart: {
    kind: size,
    doc: 'Replaces it, gracefully, when it and all that it started use more memory than this together.',
    standing: active,
  },
  cron_restart: {
    kind: restartTimes,
    aliases: ['cron'],
    doc: 'Restarts it at these times, five fields or six with seconds first; 0 for none.',
    standing: active,
  },
  cron_timezone: {
    kind: timezone,
    doc: 'The time zone of `cron_restart`. Default: that of the manager.',
    standing: active,
  },
  cron_starts_stopped: {
    kind: truth,
    doc: 'True: `cron_restart` also starts it while it is stopped, as in PM2.',
    fallback: false,
    standing: active,
  },
  watch: {
    kind: { type: truth.type.or(paths), expected: 'true, false, a path or a list of paths' },
    doc: 'Restarts it when files change: all of cwd, or these paths and globs.',
    standing: active,
  },
  ignore_watch: {
    kind: globs,
    doc: 'Paths and globs, from cwd, whose changes do not count. Default: dotfiles and node_modules. Logs, pid files, version control and the home of Troupe never count.',
    standing: active,
  },
  watch_options: {
    kind: watchOptions,
    doc: 'Options of chokidar, such as usePolling, interval, followSymlinks and depth.',
    standing: active,
  },
  watch_delay: {
    kind: duration(),
    doc: 'How long files must be quiet until it restarts.',
    fallback: 200,
    standing: active,
  },
  schedule: {
    kind: schedule,
    doc: 'Runs it as a job, at these times: a pattern, or an object with cron, timezone, overlap (skip, queue, replace), missed (skip, run_once), timeout and keep.',
    standing: active,
  },
}
