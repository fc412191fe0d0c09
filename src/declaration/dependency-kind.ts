import { z } from 'zod'
import type { Kind } from './field.ts'
import { words } from './kinds.ts'
import type { Dependency } from './service.ts'

/** Ours, and the words of Compose for the same. */
const conditions = {
  started: 'started',
  ready: 'ready',
  completed: 'completed',
  service_started: 'started',
  service_healthy: 'ready',
  service_completed_successfully: 'completed',
} as const

const names = Object.keys(conditions) as [keyof typeof conditions]
const condition = z.enum(names).transform((name): Dependency['until'] => conditions[name])
const spelled = z.union([condition, z.object({ condition }).transform((each) => each.condition)])

/** `["db"]`, `"db cache"`, `{"db": "ready"}`, `{"db": {"condition": "ready"}}`. */
export const dependencies: Kind<readonly Dependency[]> = {
  type: z.union([
    words('').type.transform((services): readonly Dependency[] =>
      services.map((service) => ({ service, until: 'ready' })),
    ),
    z
      .record(z.string(), spelled)
      .transform((said): readonly Dependency[] =>
        Object.entries(said).map(([service, until]) => ({ service, until })),
      ),
  ]),
  expected:
    'names of services such as ["db"], or an object such as {"db": "ready"} with started, ready or completed',
}
