import { z } from 'zod'
import { active, type Field, later, laterUnless } from '../field.ts'
import { duration, exitCodes, loosely, size, truth, wholeNumber, words } from '../kinds.ts'
import type { ActiveFields } from '../values.ts'

/** When a service starts again. */
export const restarts: Pick<
  ActiveFields,
  | 'autorestart'
  | 'stop_exit_codes'
  | 'max_restarts'
  | 'min_uptime'
  | 'restart_delay'
  | 'exp_backoff_restart_delay'
> = {
  autorestart: {
    kind: truth,
    doc: 'False: an exit, clean or not, is the end.',
    fallback: true,
    standing: active,
  },
  stop_exit_codes: {
    kind: exitCodes,
    doc: 'Exit codes after which it is not restarted.',
    fallback: [],
    standing: active,
  },
  max_restarts: {
    kind: wholeNumber(0),
    doc: 'Unstable exits in a row until it is given up as errored; with 0 the first one is the last.',
    fallback: 16,
    standing: active,
  },
  min_uptime: {
    kind: duration(100),
    doc: 'An exit sooner than this is unstable.',
    fallback: 1_000,
    standing: active,
  },
  restart_delay: {
    kind: duration(),
    doc: 'How long to wait before each restart after a crash.',
    fallback: 0,
    standing: active,
  },
  exp_backoff_restart_delay: {
    kind: duration(),
    doc: 'The first delay of one that grows by half with each crash, up to 15 s. Wins over restart_delay.',
    fallback: 0,
    standing: active,
  },
}

const globs = words('["src/**/*.ts"]')

export const passiveRestarts: Readonly<Record<string, Field>> = {
  max_memory_restart: {
    kind: size,
    doc: 'Restarts it when it uses more memory than this.',
    standing: later,
  },
  cron_restart: {
    kind: {
      type: z.union([z.string(), z.literal(0), z.literal(false)]),
      expected: 'a pattern such as "0 4 * * *", or 0 for none',
    },
    aliases: ['cron'],
    doc: 'Restarts it at these times; 0 for none.',
    standing: later,
  },
  watch: {
    kind: { type: truth.type.or(globs.type), expected: 'true, false, a path or a list of paths' },
    doc: 'Restarts it when files change: all of cwd, or these.',
    // In PM2 an empty list watches all of cwd.
    standing: laterUnless((value) => value === false),
  },
  ignore_watch: {
    kind: globs,
    doc: 'Files whose changes do not count.',
    standing: later,
  },
  watch_options: {
    kind: loosely('an object of chokidar options', z.record(z.string(), z.unknown())),
    doc: 'Options for the watching of files.',
    standing: later,
  },
  watch_delay: {
    kind: duration(),
    doc: 'How long files must be quiet until it restarts.',
    standing: later,
  },
}
