import type { Declaration } from '../declaration/service.ts'
import { channelsOf } from '../protocol/names.ts'
import type { Op, Params, Result } from '../protocol/operations.ts'
import { type Client, openClient } from './client.ts'
import { eventStream } from './event-stream.ts'
import { homeAt, homeFrom } from './home.ts'
import { request } from './request.ts'
import { ensureManager } from './start-manager.ts'
import { startableFrom, targetsFrom } from './targets.ts'
import type { CommandOptions, Outcome, Services, StartOptions, Troupe } from './troupe.ts'

/** Which manager is meant. */
export interface ConnectOptions {
  /** Its home; by default `TROUPE_HOME`, or else `~/.troupe`. */
  readonly home?: string
  /** Start a manager if none runs there; default false. */
  readonly startManager?: boolean
}

/** What runs a manager: see {@link ensureManager}. */
export type ManagerProgram = () => Promise<readonly string[]>

/** Connects to the manager of a home; `program` starts it where that is wanted. */
export async function connectTo(
  program: ManagerProgram,
  { home: dir, startManager = false }: ConnectOptions,
): Promise<Troupe> {
  const { env } = process
  const home = dir === undefined ? homeFrom(env) : homeAt(dir)
  if (!startManager) return troupeOver(await openClient(home.socket))
  const { client } = await ensureManager(home, { argv: await program(), env })
  return troupeOver(client)
}

/** The library's face of a connection. */
export function troupeOver(client: Client): Troupe {
  const { ns, host } = client.greeting
  const channel = channelsOf(ns).host(host)
  const command = <O extends Op>(
    op: O,
    services: Services,
    params: Params<O>,
    options: CommandOptions = {},
  ): Promise<Result<O>> =>
    request(client, { ...options, ns, channel, op, services: targetsFrom(services), params })

  return {
    greeting: client.greeting,
    command,
    start: (what, options = {}) => start(command, what, options),
    stop: (services, options = {}) => command('stop', services, options),
    restart: (services, options = {}) => command('restart', services, options),
    delete: (services) => command('delete', services, {}),
    list: async () => (await command('status', [], {})).instances,
    describe: async (services) => (await command('describe', services, {})).services,
    ping: () => command('ping', [], {}),
    events: (options = {}) => eventStream(client, options),
    close: () => client.close(),
  }
}

async function start(
  command: Troupe['command'],
  what: Services | Declaration,
  options: StartOptions,
): Promise<Outcome> {
  const declaration = await declarationOf(what, options)
  if (declaration === undefined) return command('start', what as Services, {})
  const inherited = inheritedFrom(process.env)
  return command('declare', [], { declaration, inherited, how: 'restart' })
}

/** What is to be declared; undefined where services are named that are declared already. */
async function declarationOf(
  what: Services | Declaration,
  options: StartOptions,
): Promise<Declaration | undefined> {
  if (typeof what !== 'string') return isList(what) ? undefined : what
  const kind = startableFrom(what)
  if (kind === 'service') return undefined
  // Reading a declaration takes parsers that no other method needs.
  const { declareScript, readDeclaration } = await import('../declaration/read.ts')
  const from = { ...options, cwd: process.cwd() }
  return kind === 'declaration' ? readDeclaration(what, from) : declareScript(what, from)
}

// `Array.isArray` does not narrow a readonly array out of a union.
function isList(what: readonly string[] | Declaration): what is readonly string[] {
  return Array.isArray(what)
}

/** The caller's environment, without what Troupe keeps there for itself. */
export function inheritedFrom(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const own = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('TROUPE_'),
  )
  return Object.fromEntries(own)
}
