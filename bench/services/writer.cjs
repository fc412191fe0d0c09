// Says when it is up; then, each time the file BENCH_GO appears, writes BENCH_LINES lines as fast as it can.
const { appendFileSync, existsSync, rmSync } = require('node:fs')

const { BENCH_UP, BENCH_GO, BENCH_LINES } = process.env
const linesATurn = 1_000
const filler = 'x'.repeat(68)
const say = (words) => appendFileSync(BENCH_UP, `${process.hrtime.bigint()} ${words}\n`)

say(process.pid)
wait()

function wait() {
  if (!existsSync(BENCH_GO)) return void setTimeout(wait, 20)
  rmSync(BENCH_GO)
  say('first')
  write(0)
}

function write(from) {
  const to = Math.min(from + linesATurn, Number(BENCH_LINES))
  for (let n = from; n < to; n++) console.log(`line ${String(n).padStart(6, '0')} ${filler}`)
  if (to < Number(BENCH_LINES)) return void setImmediate(write, to)
  say('last')
  wait()
}
