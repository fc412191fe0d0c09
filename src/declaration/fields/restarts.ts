import { active } from '../field.ts'
import { duration, exitCodes, oneOf, truth, wholeNumber } from '../kinds.ts'
import type { ActiveFields } from '../values.ts'

/** When a service starts again. */
export const restarts: Pick<
  ActiveFields,
  | 'autorestart'
  | 'restart'
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
  restart: {
    kind: oneOf('always', 'on-failure', 'on-abnormal', 'never'),
    doc: 'After which exits it starts again: `on-failure`, any code but 0 and any signal; `on-abnormal`, signals alone. Default: `always`, or `never` where autorestart is false.',
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
