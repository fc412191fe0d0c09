import type { Clock } from '../base/clock.ts'
import type { Home } from '../control/home.ts'
import type { Door } from './door.ts'
import type { Screen } from './screen.ts'

/** Where a verb is called. */
export interface Place {
  readonly screen: Screen
  readonly door: Door
  readonly home: Home
  readonly env: NodeJS.ProcessEnv
  /** Absolute. */
  readonly cwd: string
  readonly clock: Clock
  /** Called through a link of that name. */
  readonly isPm2?: boolean
}

/** What may stand behind a verb; which of these it takes is in the catalogue. */
export interface Options {
  readonly json?: boolean
  readonly silent?: boolean
  readonly prune?: boolean
  readonly on?: string
  readonly yes?: boolean
  readonly values?: boolean
  readonly plan?: string
  readonly only?: string
  readonly env?: string
  readonly instances?: string
  readonly waitReady?: boolean
  readonly listenTimeout?: string
  readonly shutdownWithMessage?: boolean
  readonly name?: string
  readonly namespace?: string
  readonly interpreter?: string
  readonly interpreterArgs?: string
  readonly nodeArgs?: string
  readonly cwd?: string
  readonly output?: string
  readonly error?: string
  readonly pid?: string
  readonly maxRestarts?: string
  readonly restartDelay?: string
  readonly expBackoffRestartDelay?: string
  readonly stopExitCodes?: readonly string[]
  readonly killTimeout?: string
  readonly mergeLogs?: boolean
  readonly log?: string | true
  readonly time?: boolean
  readonly logDateFormat?: string
  readonly logType?: string
  readonly filterEnv?: readonly string[]
  readonly watch?: true | readonly string[]
  readonly ignoreWatch?: readonly string[]
  readonly watchDelay?: string
  readonly maxMemoryRestart?: string
  readonly cron?: string
  readonly cronRestart?: string
  readonly disableLogs?: boolean
  readonly executeCommand?: boolean
  readonly treekill?: boolean
  readonly vizion?: boolean
  readonly uid?: string
  readonly gid?: string
  readonly disableSourceMapSupport?: boolean
  readonly autorestart?: boolean
  readonly autostart?: boolean
  readonly grace?: string
  readonly message?: boolean
  readonly deadline?: string
  readonly updateEnv?: boolean
  readonly lines?: string
  readonly err?: boolean
  readonly out?: boolean
  readonly nostream?: boolean
  readonly timestamp?: true | string
  readonly raw?: boolean
  readonly format?: boolean
  readonly highlight?: string
  readonly sort?: string
  readonly miniList?: boolean
  readonly follow?: boolean
  readonly since?: string
  readonly type?: string
  readonly service?: string
  readonly channel?: string
  readonly key?: string
  readonly explain?: string
  readonly keep?: boolean
  readonly dryRun?: boolean
  readonly user?: string
  readonly home?: string
  readonly serviceName?: string
  readonly write?: string
  readonly port?: string
  readonly host?: string
  readonly spa?: boolean
  readonly ftp?: boolean
  readonly basicAuthUsername?: string
  readonly basicAuthPassword?: string
}

/** One verb as it was typed. */
export interface Call {
  readonly words: readonly string[]
  /** Behind `--`. */
  readonly rest: readonly string[]
  readonly options: Options
  readonly place: Place
}

/** Does what a verb says; resolves with the exit code. */
export type Run = (call: Call) => Promise<number>
