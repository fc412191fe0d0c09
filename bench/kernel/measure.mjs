// One system in one process: prints its numbers as JSON. Started by main.mjs.
const [, , name] = process.argv
const { tell, ask, spawn, idlers } = await import(`./systems/${name}.mjs`)

const rounds = 5

/** The best of some rounds, in pieces of work a second. */
async function rate(count, work) {
  let best = 0
  for (let round = 0; round < rounds; round++) {
    globalThis.gc()
    const startedAt = performance.now()
    await work(count)
    best = Math.max(best, (count / (performance.now() - startedAt)) * 1_000)
  }
  return best
}

async function inTurn(count) {
  for (let i = 0; i < count; i++) await ask()
}

async function together(count) {
  const width = 1_000
  for (let i = 0; i < count; i += width) await Promise.all(Array.from({ length: width }, ask))
}

async function bytesPerIdler(count) {
  globalThis.gc()
  const before = process.memoryUsage().heapUsed
  const actors = await idlers(count)
  globalThis.gc()
  return (process.memoryUsage().heapUsed - before) / actors.length
}

const bytes = await bytesPerIdler(20_000)
process.stdout.write(
  JSON.stringify({
    bytes,
    tell: await rate(200_000, tell),
    askInTurn: ask && (await rate(100_000, inTurn)),
    askTogether: ask && (await rate(100_000, together)),
    spawn: await rate(20_000, spawn),
  }),
)
process.exit(0)
