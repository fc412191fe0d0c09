import { announce } from './announce.ts'
import { checkApp } from './check.ts'
import type { Content } from './content.ts'
import { dependencyProblems, strangerLines, withWholeNames } from './dependencies.ts'
import { checkEnvironment } from './environments.ts'
import { canonicalNames } from './fields.ts'
import { groupsFrom } from './groups.ts'
import type { Machine } from './machine.ts'
import { checkNames, checkOnly, isAmong } from './names.ts'
import { normalise, type Origin } from './normalise.ts'
import { DeclarationError } from './problem.ts'
import type { Declaration } from './service.ts'
import { type RawApp } from './raw.ts'
import { shapeOf } from './shape.ts'

/** What a declaration is judged by. */
export interface Circumstances {
  /** `production` chooses `env_production`. */
  readonly envName?: string | undefined
  /** Only the services of these names; without it all of them. */
  readonly only?: readonly string[] | undefined
  /** What holds for fields that an app does not set, by their canonical names. */
  readonly defaults?: Readonly<Record<string, unknown>>
  /** Where the caller is, absolute. */
  readonly cwd: string
  /** How the user calls the file. */
  readonly label: string
  /** Absolute. */
  readonly file?: string
  /** Directories that paths are reckoned from, best first. */
  readonly bases: readonly string[]
  readonly machine: Machine
}

/** From what a file holds to what it means; only `machine` is asked about the world. */
export function declarationFrom({ raw, root }: Content, around: Circumstances): Declaration {
  const { envName, only, label, cwd } = around
  const shape = shapeOf(raw, root)
  const checked = shape.apps.map((app) => checkApp(withDefaults(app, around.defaults ?? {})))
  const judged = checked.map((each) => ({
    ...each,
    service: isAmong(only, each.app) ? normalise(each.app, originOf(around)) : undefined,
  }))
  const apps = checked.map(({ app }) => app)
  const services = judged.flatMap(({ service }) => service ?? [])
  const namespaces = new Set(apps.map(({ values }) => values.namespace))
  const groups = groupsFrom(shape.groups, shape.groupsPath, namespaces)
  const notes = [
    ...shape.warnings,
    ...checked.flatMap(({ warnings }) => warnings),
    ...groups.warnings,
  ]
  const problems = [
    ...shape.problems,
    ...judged.flatMap((each) => [...each.problems, ...(each.service?.problems ?? [])]),
    ...groups.problems,
    ...checkNames(apps, envName),
    ...checkEnvironment(envName, apps),
    ...checkOnly(only, apps),
    ...dependencyProblems(apps),
  ]
  if (problems.length > 0) throw new DeclarationError(label, problems, notes)
  const specs = withWholeNames(
    services.flatMap(({ spec }) => spec ?? []),
    apps,
    envName,
  )
  return {
    services: specs,
    groups: groups.groups,
    warnings: [...notes, ...announce(services, cwd), ...strangerLines(specs)],
  }
}

function withDefaults(
  { raw, ...app }: RawApp,
  defaults: Readonly<Record<string, unknown>>,
): RawApp {
  const said = new Set(Object.keys(raw).map((name) => canonicalNames.get(name)))
  const missing = Object.entries(defaults).filter(([name]) => !said.has(name))
  return { ...app, raw: { ...raw, ...Object.fromEntries(missing) } }
}

function originOf({ envName, file, bases, machine }: Circumstances): Origin {
  return {
    bases,
    machine,
    ...(envName === undefined ? {} : { envName }),
    ...(file === undefined ? {} : { file }),
  }
}
