import type { ServiceSpec } from '../declaration/service.ts'
import { logFilesOf, type Surroundings } from '../supervisor/launch-order.ts'

/**
 * What to say of services that write into one log without having named it: the `log_file: true` of one called
 * `web-out` is the `web-out.log` of one called `web`.
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
