import type { ServiceSpec } from '../declaration/service.ts'

/**
 * What to say of services that another file had declared: names are unique on a host, so two projects that use
 * one take it from each other. A deployment into a new folder does so on purpose.
 */
export function notesOfMoved(
  before: readonly ServiceSpec[],
  declared: readonly ServiceSpec[],
): readonly string[] {
  return declared.flatMap(({ name, file }) => {
    const known = before.find((spec) => spec.name === name)?.file
    if (known === undefined || file === undefined || known === file) return []
    return [`${name} was declared by ${known} before; now it is what ${file} says`]
  })
}
