import type { ServiceSpec } from '../declaration/service.ts'
import { logFilesOf, type Surroundings } from '../supervisor/launch-order.ts'

/**
 * What to say of services whose names differ only in what PM2 leaves out of a file's name: without an `out_file` of
 * their own they write into one log, which nobody asked for.
 */
export function notesOfSharedLogs(
  declared: readonly ServiceSpec[],
  all: readonly ServiceSpec[],
  around: Surroundings,
): readonly string[] {
  const logOf = (spec: ServiceSpec): string => logFilesOf({ spec, pmId: 0 }, around).out
  return declared
    .filter(({ outFile }) => outFile === undefined)
    .flatMap((spec) => {
      const others = all.filter(
        (each) =>
          each.name !== spec.name && each.outFile === undefined && logOf(each) === logOf(spec),
      )
      if (others.length === 0) return []
      const names = others.map(({ name }) => name).join(', ')
      return [
        `${spec.name} writes into the same log as ${names}; an out_file and an error_file would keep them apart`,
      ]
    })
}
