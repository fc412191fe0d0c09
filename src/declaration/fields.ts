import type { Field } from './field.ts'
import { beyond, passiveBeyond } from './fields/beyond.ts'
import { environment } from './fields/environment.ts'
import { identity, passiveIdentity } from './fields/identity.ts'
import { life, passiveLife } from './fields/life.ts'
import { logs } from './fields/logs.ts'
import { passiveMonitoring } from './fields/monitoring.ts'
import { restarts } from './fields/restarts.ts'
import { source } from './fields/source.ts'
import { triggers } from './fields/triggers.ts'
import type { ActiveFields } from './values.ts'

const activeFields: ActiveFields = {
  ...identity,
  ...logs,
  ...restarts,
  ...life,
  ...environment,
  ...triggers,
  ...beyond,
  ...source,
}

/** Every field of an app, once, by its canonical name; `env_<name>` alone is open. */
export const fields: Readonly<Record<string, Field>> = {
  ...activeFields,
  ...passiveIdentity,
  ...passiveLife,
  ...passiveMonitoring,
  ...passiveBeyond,
}

/** `env_production` declares the environment `production`. */
export const environmentPrefix = 'env_'

/** Every name that a field has, best first: the canonical one, its aliases, then the camelCase form of each. */
export function spellingsOf(name: string): readonly string[] {
  const names = [name, ...(fields[name]?.aliases ?? [])]
  return [...new Set([...names, ...names.map(camelCase)])]
}

/** From every spelling to the canonical name. */
export const canonicalNames: ReadonlyMap<string, string> = new Map(
  Object.keys(fields).flatMap((name) => spellingsOf(name).map((spelling) => [spelling, name])),
)

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
