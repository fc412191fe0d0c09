import { basename, extname } from 'node:path'
import type { CheckedApp } from './check.ts'
import { type Command, commandOf, type Site } from './command.ts'
import { envFilterOf } from './env-filter.ts'
import { variablesOf } from './environments.ts'
import { expandInstances } from './expand.ts'
import { incrementOf } from './increment.ts'
import { filesOf } from './log-files.ts'
import { stampOf, stampProblems } from './log-stamp.ts'
import type { Problem } from './problem.ts'
import { restartModeOf, restartProblems } from './restart-mode.ts'
import { runAsOf } from './run-as.ts'
import type { ServiceSpec } from './service.ts'
import { triggerProblems, triggersOf } from './trigger-specs.ts'
import type { Variables } from './variables.ts'

/** What all apps of a file share. */
export interface Origin extends Site {
  readonly envName?: string
  /** The declaration, absolute. */
  readonly file?: string
}

/** A service, or what stands against it. */
export interface Normalised {
  readonly app: CheckedApp
  readonly spec?: ServiceSpec
  readonly command?: Command
  readonly problems: readonly Problem[]
}

/** What the fields of one app mean together, on this machine. */
export function normalise(app: CheckedApp, origin: Origin): Normalised {
  const env = variablesOf(app, origin.envName)
  const { command, problems: ofCommand } = commandOf(app, env, origin)
  const { runAs, problems: ofUser } = runAsOf(app, origin.machine)
  const problems = [
    ...ofCommand,
    ...ofUser,
    ...restartProblems(app),
    ...stampProblems(app),
    ...triggerProblems(app),
  ]
  if (command === undefined) return { app, problems }
  return {
    app,
    command,
    problems,
    spec: { ...specOf(app, command, env, origin), ...(runAs && { runAs }) },
  }
}

function specOf(app: CheckedApp, command: Command, env: Variables, origin: Origin): ServiceSpec {
  const { values } = app
  const { increment_var: counted } = values
  const { envName, file, machine } = origin
  const { script, args, cwd, interpreter, interpreterArgs } = command
  const stamp = stampOf(app)
  const envFilter = envFilterOf(values.filter_env)
  return {
    name: nameOf(app, envName) ?? '',
    namespace: values.namespace,
    script,
    args,
    cwd,
    interpreter,
    interpreterArgs,
    ...modeOf(app, command, env),
    instances: expandInstances(values.instances, machine.processors),
    env: interpreter.includes('python') ? { PYTHONUNBUFFERED: '1', ...env } : env,
    ...(envFilter === undefined ? {} : { envFilter }),
    ...(envName === undefined ? {} : { envName }),
    ...filesOf(app, cwd, machine.home),
    ...(stamp !== undefined && command.isNode ? { logStamp: stamp } : {}),
    mergeLogs: values.merge_logs ?? values.instances === undefined,
    ...policyOf(app),
    ...triggersOf(app, cwd, machine.home),
    ...stepsOf(app),
    ...probesOf(app, command),
    ...sourceOf(app),
    instanceVar: values.instance_var,
    ...(counted === undefined ? {} : { increment: incrementOf(counted, env) }),
    ...(file === undefined ? {} : { file }),
  }
}

function sourceOf({ values }: CheckedApp): Pick<ServiceSpec, 'vizion' | 'postUpdate'> {
  const { vizion, post_update: commands, exec_timeout: timeoutMs } = values
  return {
    ...(vizion ? {} : { vizion }),
    ...(commands.length === 0 ? {} : { postUpdate: { commands, timeoutMs } }),
  }
}

/** Bun, which counts as a Node elsewhere, does not load the agent. */
function probesOf(app: CheckedApp, command: Command): Pick<ServiceSpec, 'readiness' | 'liveness'> {
  const { readiness: said, liveness, wait_ready: waits } = app.values
  const readiness = said ?? (waits ? { kind: 'message' as const } : undefined)
  const isHeard = readiness?.kind === 'probe' || command.isNode
  return {
    ...(readiness === undefined || !isHeard ? {} : { readiness }),
    ...(liveness === undefined ? {} : { liveness }),
  }
}

/** What comes before and around the steps of its life. */
function stepsOf({ values }: CheckedApp): Pick<ServiceSpec, 'dependsOn' | 'hooks'> {
  const { depends_on: dependsOn, hooks } = values
  return { ...(dependsOn === undefined ? {} : { dependsOn }), ...(hooks && { hooks }) }
}

function modeOf(
  app: CheckedApp,
  command: Command,
  env: Variables,
): Pick<ServiceSpec, 'execMode' | 'isNode' | 'scheduling' | 'reload' | 'reloadSignal' | 'stdin'> {
  const { stdin, reload, reload_signal: signal } = app.values
  const execMode = execModeOf(app, command)
  // What replaces processes one at a time need not tell them anything.
  const isTold = signal !== undefined && execMode === 'fork' && reload !== 'overlap'
  return {
    execMode,
    isNode: command.isNode,
    // As Node itself is told.
    scheduling: env['NODE_CLUSTER_SCHED_POLICY'] === 'none' ? 'none' : 'rr',
    reload: reload === 'overlap' ? 'overlap' : 'restart',
    ...(isTold ? { reloadSignal: signal } : {}),
    ...(stdin === undefined ? {} : { stdin }),
  }
}

type Policy = Pick<
  ServiceSpec,
  | 'autostart'
  | 'restart'
  | 'maxRestarts'
  | 'minUptimeMs'
  | 'restartDelayMs'
  | 'expBackoffMs'
  | 'stopExitCodes'
  | 'killTimeoutMs'
  | 'killSignal'
  | 'treekill'
  | 'listenTimeoutMs'
  | 'shutdownWithMessage'
  | 'drainTimeoutMs'
>

function policyOf(app: CheckedApp): Policy {
  const { values } = app
  return {
    autostart: values.autostart,
    restart: restartModeOf(app),
    maxRestarts: values.max_restarts,
    minUptimeMs: values.min_uptime,
    restartDelayMs: values.restart_delay,
    expBackoffMs: values.exp_backoff_restart_delay,
    stopExitCodes: values.stop_exit_codes,
    killTimeoutMs: values.kill_timeout,
    killSignal: values.kill_signal,
    treekill: values.treekill,
    listenTimeoutMs: values.listen_timeout,
    shutdownWithMessage: values.shutdown_with_message,
    drainTimeoutMs: values.drain_timeout,
  }
}

/** As PM2 decides: `instances`, even 1, makes a Node script a cluster unless exec_mode says otherwise. */
function execModeOf({ values }: CheckedApp, { isNode }: Command): ServiceSpec['execMode'] {
  if (!isNode || values.execute_command) return 'fork'
  if (values.reload === 'primary') return 'cluster'
  return values.exec_mode ?? (values.instances === undefined ? 'fork' : 'cluster')
}

/** What `--only` goes by: the name without prefix and environment. Undefined when nothing gives it one. */
export function plainNameOf({ values, broken }: CheckedApp): string | undefined {
  const { name, script } = values
  if (name !== undefined || broken.has('name') || script === undefined) return name
  return /\s/.test(script) ? script : basename(script, extname(script))
}

/** What a service is called. */
export function nameOf(app: CheckedApp, envName?: string): string | undefined {
  const { name_prefix: prefix, append_env_to_name: isAppended } = app.values
  const plain = plainNameOf(app)
  if (plain === undefined) return undefined
  const prefixed =
    prefix === undefined || plain.startsWith(`${prefix}:`) ? plain : `${prefix}:${plain}`
  return isAppended && envName !== undefined ? `${prefixed}-${envName}` : prefixed
}
