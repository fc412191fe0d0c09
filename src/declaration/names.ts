import type { CheckedApp } from './check.ts'
import { nameOf, plainNameOf } from './normalise.ts'
import { below, type Problem } from './problem.ts'

/** Objects to apps that would be called the same: services are addressed by name. */
export function checkNames(apps: readonly CheckedApp[], envName?: string): readonly Problem[] {
  const first = new Map<string, CheckedApp>()
  return apps.flatMap((app) => {
    const name = nameOf(app, envName)
    const other = name === undefined ? undefined : first.get(name)
    if (name !== undefined && other === undefined) first.set(name, app)
    if (other === undefined) return []
    const expected = `a name of its own: ${pathOf(other)} has this one too`
    return [{ path: pathOf(app), expected, got: name }]
  })
}

function pathOf({ path, spellings }: CheckedApp): string {
  return below(path, spellings.get('name') ?? 'name')
}

/** Objects to names that are asked for and not declared. */
export function checkOnly(
  only: readonly string[] | undefined,
  apps: readonly CheckedApp[],
): readonly Problem[] {
  const names = apps.flatMap((app) => plainNameOf(app) ?? [])
  return (only ?? [])
    .filter((name) => !names.includes(name))
    .map((got) => ({ path: '--only', expected: `a declared name: ${names.join(', ')}`, got }))
}

/** Whether `--only` lets an app through; without it every app is meant. */
export function isAmong(only: readonly string[] | undefined, app: CheckedApp): boolean {
  const name = plainNameOf(app)
  return only === undefined || (name !== undefined && only.includes(name))
}
