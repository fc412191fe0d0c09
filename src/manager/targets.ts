import { runInNewContext } from 'node:vm'
import { nearest } from '../base/nearest.ts'
import { TroupeError } from '../base/errors.ts'
import type { ServiceTarget } from '../protocol/operations.ts'
import type { DesiredService } from './desired-state.ts'

/** A service, and which of its slots: none named means all. */
export interface Choice {
  readonly service: string
  readonly slots?: readonly number[]
}

type Known = Pick<DesiredService, 'spec' | 'slots'>

/** Whether a name is a `/regex/`: one can take for ever, so only the local door may bring it. */
export function isPattern(name: string): boolean {
  return /^\/.+\/$/.test(name)
}

/**
 * Finds what a command means, in PM2's order: `all`, a name, an id, `/regex/`, a namespace.
 *
 * @throws TroupeError `E_NO_SUCH_SERVICE` with the nearest names
 */
export function resolveTargets(
  targets: readonly ServiceTarget[],
  services: readonly Known[],
): readonly Choice[] {
  const picks = targets.flatMap((target) => {
    const found = picksOf(target, services)
    if (found.length === 0) throw unknown(target.name, services)
    return found
  })
  return merge(picks)
}

function picksOf({ name, slot }: ServiceTarget, services: readonly Known[]): readonly Choice[] {
  const slots = slot === undefined ? {} : { slots: [slot] }
  const called = services.filter(
    ({ spec, slots: has }) =>
      spec.name === name && (slot === undefined || has.some((each) => each.slot === slot)),
  )
  if (called.length > 0) return called.map(({ spec }) => ({ service: spec.name, ...slots }))
  return byId(name, services) ?? several(name, services)
}

function byId(name: string, services: readonly Known[]): readonly Choice[] | undefined {
  if (!/^\d+$/.test(name)) return undefined
  const id = Number(name)
  const found = services.flatMap(({ spec, slots }) =>
    slots
      .filter(({ pmId }) => pmId === id)
      .map(({ slot }) => ({ service: spec.name, slots: [slot] })),
  )
  return found.length > 0 ? found : undefined
}

function several(name: string, services: readonly Known[]): readonly Choice[] {
  const matches = matcherOf(name)
  return services
    .filter(({ spec }) => matches(spec.name, spec.namespace))
    .map(({ spec }) => ({ service: spec.name }))
}

function matcherOf(name: string): (service: string, namespace: string) => boolean {
  if (name === 'all') return () => true
  const [, pattern] = /^\/(.+)\/$/.exec(name) ?? []
  if (pattern === undefined) return (_, namespace) => namespace === name
  const regex = regexOf(pattern)
  return (service) => isMatch(regex, service)
}

/** How long one name may take: some patterns would take for ever, and the manager has other work. */
const matchMs = 100

/** @throws TroupeError `E_USAGE` for a pattern that takes too long */
function isMatch(regex: RegExp, name: string): boolean {
  try {
    return runInNewContext('regex.test(name)', { regex, name }, { timeout: matchMs }) === true
  } catch (cause) {
    throw new TroupeError('E_USAGE', `${String(regex)} takes too long to match "${name}"`, {
      hint: 'write it without repetitions within repetitions',
      cause,
    })
  }
}

function regexOf(pattern: string): RegExp {
  try {
    return new RegExp(pattern)
  } catch (cause) {
    throw new TroupeError('E_USAGE', `/${pattern}/ is not a regular expression`, { cause })
  }
}

function unknown(name: string, services: readonly Known[]): TroupeError {
  if (services.length === 0) {
    return new TroupeError(
      'E_NO_SUCH_SERVICE',
      `no service is declared here, so "${name}" is none`,
      {
        hint: 'declare some: troupe start processes.json',
      },
    )
  }
  const names = services.map(({ spec }) => spec.name)
  const meant = nearest(name, names)
  const near =
    meant.length > 0 ? `did you mean ${meant.join(' or ')}?` : `services here: ${names.join(', ')}`
  return new TroupeError('E_NO_SUCH_SERVICE', `no service, id or namespace is called "${name}"`, {
    hint: near,
  })
}

/** One pick a service; all of its slots win over some. */
function merge(picks: readonly Choice[]): readonly Choice[] {
  const merged = new Map<string, Choice>()
  for (const pick of picks) {
    const before = merged.get(pick.service)
    const isWhole = pick.slots === undefined || (before !== undefined && before.slots === undefined)
    const slots = isWhole
      ? {}
      : { slots: [...new Set([...(before?.slots ?? []), ...(pick.slots ?? [])])] }
    merged.set(pick.service, { service: pick.service, ...slots })
  }
  return [...merged.values()]
}
