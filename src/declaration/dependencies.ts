import type { CheckedApp } from './check.ts'
import { nameOf, plainNameOf } from './normalise.ts'
import { below, type Problem } from './problem.ts'
import type { ServiceSpec } from './service.ts'

/** Objects to a service that waits for itself, be it through others. */
export function dependencyProblems(apps: readonly CheckedApp[]): readonly Problem[] {
  const byName = new Map(apps.map((app) => [plainNameOf(app), app]))
  return apps.flatMap((app) => {
    const circle = circleFrom(app, byName)
    if (circle === undefined) return []
    const at = below(app.path, app.spellings.get('depends_on') ?? 'depends_on')
    const expected = 'no service that waits for this one'
    return [{ path: at, expected, got: app.values.depends_on, hint: circle.join(' → ') }]
  })
}

function circleFrom(
  app: CheckedApp,
  byName: ReadonlyMap<string | undefined, CheckedApp>,
): readonly string[] | undefined {
  const own = plainNameOf(app)
  const seen = new Set<string>()
  const visit = (from: CheckedApp, path: readonly string[]): readonly string[] | undefined => {
    for (const { service } of from.values.depends_on ?? []) {
      if (service === own) return [...path, service]
      const next = byName.get(service)
      if (next === undefined || seen.has(service)) continue
      seen.add(service)
      const found = visit(next, [...path, service])
      if (found !== undefined) return found
    }
    return undefined
  }
  return own === undefined ? undefined : visit(app, [own])
}

/** Gives what services wait for its whole name: in a file they are called as the file calls them. */
export function withWholeNames(
  services: readonly ServiceSpec[],
  apps: readonly CheckedApp[],
  envName: string | undefined,
): readonly ServiceSpec[] {
  const whole = new Map(apps.map((app) => [plainNameOf(app), nameOf(app, envName)]))
  return services.map((spec) => {
    if (spec.dependsOn === undefined) return spec
    const dependsOn = spec.dependsOn.map((each) => ({
      ...each,
      service: whole.get(each.service) ?? each.service,
    }))
    return { ...spec, dependsOn }
  })
}

/** What a file waits for and does not declare may be declared elsewhere. */
export function strangerLines(services: readonly ServiceSpec[]): readonly string[] {
  const known = new Set(services.map(({ name }) => name))
  return services.flatMap(({ name, dependsOn = [] }) =>
    dependsOn
      .filter(({ service }) => !known.has(service))
      .map(({ service }) => `${name} waits for ${service}, which is not started with it`),
  )
}
