import type { ServiceSpec } from '../declaration/service.ts'

type Waiting = Pick<ServiceSpec, 'name' | 'dependsOn'>

/** In which order services stop: together, but each only after all that wait for it. */
export function stopOrder(services: readonly Waiting[]): readonly (readonly string[])[] {
  const order: string[][] = []
  let left = services
  while (left.length > 0) {
    const needed = new Set(
      left.flatMap(({ dependsOn = [] }) => dependsOn.map(({ service }) => service)),
    )
    const free = left.filter(({ name }) => !needed.has(name))
    // Those of different files may wait for each other.
    const next = free.length > 0 ? free : left
    order.push(next.map(({ name }) => name))
    left = left.filter((each) => !next.includes(each))
  }
  return order
}
