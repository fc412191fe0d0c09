import type { WatchSpec } from '../declaration/triggers.ts'
import type { ServiceSettings } from '../protocol/views.ts'

/** What `pm2_env` says of declared fields; those that PM2 leaves out where they are not set are left out. */
export function declaredFields(settings: ServiceSettings): Readonly<Record<string, unknown>> {
  const { cronRestart, maxMemoryBytes, stopExitCodes, restartDelayMs, expBackoffMs } = settings
  return {
    autostart: settings.autostart,
    treekill: settings.treekill,
    instance_var: settings.instanceVar,
    min_uptime: settings.minUptimeMs,
    listen_timeout: settings.listenTimeoutMs,
    ...watchFields(settings.watch),
    ...(settings.shutdownWithMessage ? { shutdown_with_message: true } : {}),
    ...(restartDelayMs > 0 ? { restart_delay: restartDelayMs } : {}),
    ...(expBackoffMs > 0 ? { exp_backoff_restart_delay: expBackoffMs } : {}),
    ...(stopExitCodes.length > 0 ? { stop_exit_codes: stopExitCodes } : {}),
    ...(cronRestart === undefined ? {} : { cron_restart: cronRestart.cron }),
    ...(maxMemoryBytes === undefined ? {} : { max_memory_restart: maxMemoryBytes }),
  }
}

function watchFields(watch: WatchSpec | undefined): Readonly<Record<string, unknown>> {
  if (watch === undefined) return { watch: false }
  const isAll = watch.paths.length === 1 && watch.paths[0] === '.'
  return {
    watch: isAll ? true : watch.paths,
    ...(watch.ignore === undefined ? {} : { ignore_watch: watch.ignore }),
    ...(watch.delayMs > 0 ? { watch_delay: watch.delayMs } : {}),
  }
}
