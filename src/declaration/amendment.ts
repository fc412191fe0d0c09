import { TroupeError } from '../base/errors.ts'
import { canonicalNames } from './fields.ts'
import { DeclarationError, type Problem } from './problem.ts'
import type { ServiceSpec } from './service.ts'

/** What a restart with options may change of a service: how it lives, and never which program it is. */
export type AmendableField =
  | 'args'
  | 'interpreterArgs'
  | 'restart'
  | 'maxRestarts'
  | 'minUptimeMs'
  | 'restartDelayMs'
  | 'expBackoffMs'
  | 'stopExitCodes'
  | 'killTimeoutMs'
  | 'killSignal'
  | 'listenTimeoutMs'
  | 'shutdownWithMessage'
  | 'drainTimeoutMs'
  | 'treekill'
  | 'cronRestart'
  | 'maxMemoryBytes'

/** Fields that can be said anew of a service that is declared, and what of it each of them changes. */
const amendable: Readonly<Record<string, AmendableField>> = {
  args: 'args',
  node_args: 'interpreterArgs',
  restart: 'restart',
  autorestart: 'restart',
  max_restarts: 'maxRestarts',
  min_uptime: 'minUptimeMs',
  restart_delay: 'restartDelayMs',
  exp_backoff_restart_delay: 'expBackoffMs',
  stop_exit_codes: 'stopExitCodes',
  kill_timeout: 'killTimeoutMs',
  kill_signal: 'killSignal',
  listen_timeout: 'listenTimeoutMs',
  shutdown_with_message: 'shutdownWithMessage',
  drain_timeout: 'drainTimeoutMs',
  treekill: 'treekill',
  cron_restart: 'cronRestart',
  max_memory_restart: 'maxMemoryBytes',
}

/** What becomes of a service while the rest of its declaration stays; null: as if the field were not declared. */
export type Amendment = { readonly [F in AmendableField]?: ServiceSpec[F] | null }

const amendableFields: readonly string[] = Object.values(amendable)

/** Whether it holds nothing but fields that can be said anew. */
export function isAmendment(given: Readonly<Record<string, unknown>>): given is Amendment {
  return Object.keys(given).every((name) => amendableFields.includes(name))
}

/** @throws TroupeError `E_DECLARATION` for the arguments of a shell line, which are part of the line */
export function amended(spec: ServiceSpec, amendment: Amendment): ServiceSpec {
  if (isShellLine(spec) && ('args' in amendment || 'interpreterArgs' in amendment)) {
    throw new TroupeError('E_DECLARATION', `${spec.name} is a shell line, arguments and all`, {
      hint: 'declare it anew with another line',
    })
  }
  const kept = Object.entries({ ...spec, ...amendment }).filter(([, value]) => value !== null)
  // Only a field that may be absent is ever null.
  return Object.fromEntries(kept) as unknown as ServiceSpec
}

function isShellLine({ interpreterArgs }: ServiceSpec): boolean {
  return interpreterArgs.length === 1 && interpreterArgs[0] === '-c'
}

type Said = Readonly<Record<string, unknown>>

/**
 * The fields among words in any of PM2's spellings; what is no field is passed over.
 *
 * @throws DeclarationError for a field that only a new declaration can change
 */
export function amendableIn(said: Said): Said {
  const fields = Object.entries(said).filter(
    ([name, value]) => canonicalNames.has(name) && value !== undefined && value !== null,
  )
  const problems = fields
    .filter(([name]) => changedBy(name) === undefined)
    .map(([name, got]): Problem => ({ path: name, expected, got, hint }))
  if (problems.length > 0) throw new DeclarationError('what was given', problems)
  return Object.fromEntries(fields)
}

const expected = 'a field that can be changed by name'
const hint = 'declare the service anew to change this one'

/** @param spec what a declaration with these fields means */
export function amendmentOf(fields: Said, spec: ServiceSpec): Amendment {
  return Object.fromEntries(
    Object.keys(fields).flatMap((name) => {
      const field = changedBy(name)
      return field === undefined ? [] : [[field, spec[field] ?? null] as const]
    }),
  )
}

function changedBy(name: string): AmendableField | undefined {
  const canonical = canonicalNames.get(name)
  return Object.entries(amendable).find(([each]) => each === canonical)?.[1]
}
