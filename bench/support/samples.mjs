export function median(samples) {
  const sorted = samples.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Runs every piece of work in turn, again and again, so that whatever disturbs one disturbs all. */
export async function interleaved(rounds, works) {
  const samples = Object.fromEntries(Object.keys(works).map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [name, work] of Object.entries(works)) samples[name].push(await work(round))
  }
  return samples
}
