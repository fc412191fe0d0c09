/** How many processes `instances` means: 0 is one for each processor, below 0 is that many fewer; at least 1. */
export function expandInstances(declared: number | undefined, processors: number): number {
  if (declared === undefined) return 1
  return Math.max(1, declared > 0 ? declared : processors + declared)
}
