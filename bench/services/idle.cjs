// Says when it is up, in nanoseconds of the machine's own clock, and idles.
const { appendFileSync } = require('node:fs')

appendFileSync(process.env.BENCH_UP, `${process.hrtime.bigint()} ${process.pid}\n`)
setInterval(() => {}, 60_000)
