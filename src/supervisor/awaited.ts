import type { ServiceSpec } from '../declaration/service.ts'

/** Everybody whom a service waits for when it starts, and whom they wait for, each once. */
export function awaitedBy(
  service: string,
  specOf: (service: string) => ServiceSpec | undefined,
): readonly ServiceSpec[] {
  const found = new Map<string, ServiceSpec>()
  const look = (name: string): void => {
    for (const { service: next } of specOf(name)?.dependsOn ?? []) {
      const spec = specOf(next)
      if (spec === undefined || found.has(next) || next === service) continue
      found.set(next, spec)
      look(next)
    }
  }
  look(service)
  return [...found.values()]
}
