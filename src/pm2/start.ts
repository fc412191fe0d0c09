import { resolve } from 'node:path'
import { startableFrom } from '../control/targets.ts'
import type { Declaration, ServiceSpec } from '../declaration/service.ts'

/** Options of PM2 that say how something is started, and are no fields of an app. */
const notFields = ['env', 'only', 'updateEnv', 'parallel', 'force', 'scriptArgs', 'cwd'] as const

/** What the words of a `start` are read against, beside the words themselves. */
export interface StartContext {
  readonly cwd: string
  /** What holds for fields that are not set. */
  readonly defaults: Readonly<Record<string, string>>
}

type Options = Readonly<Record<string, unknown>>

/**
 * Reads what `pm2.start` is given: a script, a declaration file, an app, or a list of apps.
 *
 * @throws DeclarationError
 */
export async function declarationFrom(
  what: unknown,
  options: Options,
  { cwd, defaults }: StartContext,
): Promise<Declaration> {
  const { declareApps, readDeclaration } = await import('../declaration/read.ts')
  const envName = typeof options['env'] === 'string' ? { envName: options['env'] } : {}
  const only = namesIn(options['only'])
  const how = { cwd, defaults, ...envName, ...(only === undefined ? {} : { only }) }
  const declared =
    typeof what === 'string' && startableFrom(what) === 'declaration'
      ? await readDeclaration(what, how)
      : declareApps(appsOf(what, options), how)
  return { ...declared, services: declared.services.map(eager) }
}

function appsOf(what: unknown, options: Options): unknown {
  if (typeof what !== 'string') return isOneApp(what) ? [what] : what
  const said = Object.entries(options).filter(([name]) => !isNoField(name))
  const { scriptArgs, cwd, env } = options
  return {
    ...Object.fromEntries(said),
    script: what,
    ...(scriptArgs === undefined ? {} : { args: scriptArgs }),
    ...(typeof cwd === 'string' ? { cwd: resolve(cwd) } : {}),
    ...(typeof env === 'object' && env !== null ? { env } : {}),
  }
}

/** An app that says nothing of a script is an app all the same, and hears what it lacks. */
function isOneApp(what: unknown): boolean {
  if (typeof what !== 'object' || what === null || Array.isArray(what)) return false
  return 'name' in what && !('apps' in what) && !('pm2' in what)
}

function isNoField(name: string): boolean {
  return notFields.some((each) => each === name)
}

function namesIn(only: unknown): readonly string[] | undefined {
  if (Array.isArray(only)) return only.map(String)
  return typeof only === 'string' ? only.split(/[\s,]+/).filter((name) => name !== '') : undefined
}

/** PM2 restarts at once, every time, unless a delay is declared. */
function eager(spec: ServiceSpec): ServiceSpec {
  return { ...spec, isEager: true }
}
