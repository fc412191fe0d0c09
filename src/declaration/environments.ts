import { nearest } from '../base/nearest.ts'
import type { CheckedApp } from './check.ts'
import type { Problem } from './problem.ts'
import type { Variables } from './variables.ts'

/** Objects to an environment that no app of the file declares; that some do is enough, as in PM2. */
export function checkEnvironment(
  envName: string | undefined,
  apps: readonly CheckedApp[],
): readonly Problem[] {
  if (envName === undefined) return []
  const declared = [...new Set(apps.flatMap(({ environments }) => [...environments.keys()]))]
  if (declared.includes(envName)) return []
  const [meant] = nearest(envName, declared)
  const expected =
    declared.length === 0
      ? `no environment, since no app declares an "env_${envName}"`
      : `one that is declared: ${declared.join(', ')}`
  const hint = meant === undefined ? {} : { hint: `did you mean ${meant}?` }
  return [{ path: '--env', expected, got: envName, ...hint }]
}

/** `env`, with `port` as PORT and then `env_<chosen>` over it. */
export function variablesOf({ values, environments }: CheckedApp, envName?: string): Variables {
  const chosen = envName === undefined ? undefined : environments.get(envName)
  const port = values.port === undefined ? {} : { PORT: String(values.port) }
  return { ...values.env, ...port, ...chosen }
}
