/** Variables that change what PM2's fields are when nobody sets them (PM2-BEHAVIOUR §9). */
const fields: Readonly<Record<string, string>> = {
  PM2_KILL_TIMEOUT: 'kill_timeout',
  PM2_KILL_SIGNAL: 'kill_signal',
  PM2_KILL_USE_MESSAGE: 'shutdown_with_message',
  PM2_GRACEFUL_LISTEN_TIMEOUT: 'listen_timeout',
  PM2_PROCESS_INSTANCE_VAR: 'instance_var',
}

/** What holds for fields that are not set, from PM2's own variables. */
export function defaultsFrom(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([variable, field]) => {
      const value = env[variable]
      return value === undefined || value === '' ? [] : [[field, value]]
    }),
  )
}
