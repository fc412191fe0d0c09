import { resolve } from 'node:path'
import type { CheckedApp } from './check.ts'
import { expandHome } from './path.ts'
import { below, type Problem } from './problem.ts'
import type { ServiceSpec } from './service.ts'
import { type CronRestart, isNegated, type Schedule, type WatchSpec } from './triggers.ts'

type Triggers = Pick<ServiceSpec, 'watch' | 'cronRestart' | 'maxMemoryBytes' | 'schedule'>

/** What besides its own end restarts a service, or runs it; nothing is there of what is off. */
export function triggersOf(app: CheckedApp, cwd: string, home: string): Triggers {
  const watch = watchOf(app, cwd, home)
  const cronRestart = cronRestartOf(app)
  const schedule = scheduleOf(app)
  const { max_memory_restart: maxMemoryBytes } = app.values
  return {
    ...(watch === undefined ? {} : { watch }),
    ...(cronRestart === undefined ? {} : { cronRestart }),
    ...(schedule === undefined ? {} : { schedule }),
    // In PM2, too, 0 is no limit.
    ...(maxMemoryBytes === undefined || maxMemoryBytes === 0 ? {} : { maxMemoryBytes }),
  }
}

/** What the fields by themselves cannot see. */
export function triggerProblems({
  path,
  values,
  spellings,
  broken,
}: CheckedApp): readonly Problem[] {
  const said = values.schedule
  if (said === undefined || said.cron !== undefined || broken.has('schedule')) return []
  const at = below(path, spellings.get('schedule') ?? 'schedule', 'cron')
  return [{ path: at, expected: 'a pattern such as "0 4 * * *"', got: undefined }]
}

function watchOf({ values }: CheckedApp, cwd: string, home: string): WatchSpec | undefined {
  const { watch, watch_options: said = {} } = values
  if (watch === undefined || watch === false) return undefined
  const { cwd: folder = '.', ignored, ...options } = said
  const ignore = values.ignore_watch ?? ignored
  const named = watch === true || watch.length === 0 ? ['.'] : watch
  // `!dist` alone means everything but dist.
  const paths = named.every(isNegated) ? ['.', ...named] : named
  return {
    base: resolve(cwd, expandHome(folder, home)),
    paths: paths.map((each) => expandHome(each, home)),
    ...(ignore === undefined ? {} : { ignore: ignore.map((each) => expandHome(each, home)) }),
    delayMs: values.watch_delay,
    options,
  }
}

function cronRestartOf({ values }: CheckedApp): CronRestart | undefined {
  const { cron_restart: cron, cron_timezone: timezone, cron_starts_stopped: startsStopped } = values
  if (cron === undefined || cron === false) return undefined
  return { cron, ...(timezone === undefined ? {} : { timezone }), startsStopped }
}

function scheduleOf({ values: { schedule } }: CheckedApp): Schedule | undefined {
  if (schedule?.cron === undefined) return undefined
  const { cron, timezone, overlap = 'skip', missed = 'skip', timeout, keep = 20 } = schedule
  return {
    cron,
    ...(timezone === undefined ? {} : { timezone }),
    overlap,
    missed,
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    keep,
  }
}
