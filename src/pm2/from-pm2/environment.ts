/** The variables of a process of PM2, parted by where they came from. */
export interface Split {
  /** What belongs to the service. */
  readonly own: Readonly<Record<string, string | number | boolean>>
  /** Names of what came from the shell that started it. */
  readonly shell: readonly string[]
}

/** What PM2 adds for itself (PM2-BEHAVIOUR: "What the process sees"); it is told by fields, or means nothing here. */
const ofPm2 = new Set([
  'name',
  'namespace',
  'pm_id',
  'pm_cwd',
  'pm_exec_path',
  'pm_out_log_path',
  'pm_err_log_path',
  'pm_log_path',
  'pm_pid_path',
  'pm_uptime',
  'status',
  'exec_mode',
  'exec_interpreter',
  'instances',
  'instance_var',
  'restart_time',
  'unstable_restarts',
  'created_at',
  'unique_id',
  'username',
  'version',
  'node_version',
  'node_args',
  'args',
  'autostart',
  'autorestart',
  'watch',
  'merge_logs',
  'vizion',
  'vizion_running',
  'automation',
  'pmx',
  'treekill',
  'windowsHide',
  'kill_retry_time',
  'km_link',
  'filter_env',
  'env',
  'axm_actions',
  'axm_monitor',
  'axm_options',
  'axm_dynamic',
  'NODE_APP_INSTANCE',
  'prev_restart_delay',
])

const ofAnyShell =
  /^(_|HOME|PATH|PWD|OLDPWD|SHELL|SHLVL|USER|LOGNAME|LANG|LANGUAGE|TERM|COLORTERM|MAIL|HOSTNAME|EDITOR|PAGER|LESS\w*|LS_COLORS|DISPLAY|PS1|TMUX\w*|INVOCATION_ID|JOURNAL_STREAM)$|^(LC|SSH|XDG|TERM|DBUS|GPG|NVM|VSCODE|npm|SUDO)_/

/** Parts an environment as PM2 keeps it: what the shell gave, and what somebody declared. */
export function splitEnvironment(
  env: unknown,
  service: string,
  shell: Readonly<Record<string, string | undefined>>,
): Split {
  const all = typeof env === 'object' && env !== null ? Object.entries(env) : []
  const variables = all.filter(
    // A variable that is named after the service holds the settings of its module, as JSON.
    ([name, value]) =>
      !ofPm2.has(name) &&
      !name.startsWith('PM2_') &&
      !(name === service && String(value).startsWith('{')),
  )
  const isShell = ([name, value]: [string, unknown]): boolean =>
    ofAnyShell.test(name) || shell[name] === String(value)
  const own = variables.filter((entry) => !isShell(entry)).filter(([, value]) => isScalar(value))
  return {
    own: Object.fromEntries(own) as Split['own'],
    shell: variables.filter(isShell).map(([name]) => name),
  }
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}
