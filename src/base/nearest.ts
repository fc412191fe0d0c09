import { distance } from 'fastest-levenshtein'

/** The known names that `name` was probably meant to be, best first, at most three. */
export function nearest(name: string, known: readonly string[]): readonly string[] {
  const wanted = name.toLowerCase()
  return known
    .map((candidate) => ({ candidate, far: distance(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, far }) => far <= Math.max(1, Math.min(3, candidate.length / 3)))
    .toSorted((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ candidate }) => candidate)
}
