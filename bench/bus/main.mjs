// How long an event takes from its publisher to a subscriber: logged, numbered, kept as state and
// published by one script, beside a bare PUBLISH of the same size on a connection of its own. Both
// alternate in one run, so that whatever disturbs one disturbs the other.
//
//   node bench/bus/main.mjs [redis://127.0.0.1:6379] [--json]
//
// TROUPE_DIST names another build than ../../dist; --json prints lines for the table of ../run.mjs. It writes to the namespace "bench" alone, and removes it.
import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { line } from '../support/line.mjs'

const isJson = process.argv.includes('--json')
const url =
  process.argv.slice(2).find((arg) => arg !== '--json') ??
  process.env.TROUPE_REDIS_URL ??
  'redis://127.0.0.1:6379'
const dist = process.env.TROUPE_DIST ?? new URL('../../dist', import.meta.url).pathname
const { openRedisBus } = await import(`${dist}/bus/redis-bus.js`)
const { systemClock } = await import(`${dist}/base/clock.js`)
const { systemRandom } = await import(`${dist}/base/random.js`)

const ns = 'bench'
const paceMs = 1
const warmUp = 500
const rounds = Number(process.env.BENCH_EVENTS ?? 5_000)
const budget = 2
const filler = 'x'.repeat(300)

const bare = new Redis(url)
const subscriber = new Redis(url)
const bus = await openBus()

const channels = { bare: `troupe:${ns}:bare`, event: `troupe:${ns}:ev:svc:api` }
const sentAt = { bare: [], event: [] }
const took = { bare: [], event: [] }
await subscriber.subscribe(channels.bare, channels.event)
subscriber.on('message', (channel, payload) => {
  const now = performance.now()
  const kind = channel === channels.bare ? 'bare' : 'event'
  const n = Number(/"n":(\d+)/.exec(payload)[1])
  if (n > warmUp) took[kind].push(now - sentAt[kind][n])
})

for (let n = 1; n <= warmUp + rounds; n++) {
  sendBare(n)
  await pause(paceMs)
  sendEvent(n)
  await pause(paceMs)
}
while (took.event.length < rounds || took.bare.length < rounds) await pause(10)

const rows = ['bare', 'event'].map((kind) => [kind, at(took[kind], 0.5), at(took[kind], 0.99)])
const [[, bareP50, bareP99], [, eventP50, eventP99]] = rows
if (isJson) console.log(JSON.stringify([toLine()]))
else printTable()

await bus.close()
const keys = await bare.keys(`troupe:{${ns}}:*`)
if (keys.length > 0) await bare.del(...keys)
await Promise.all([bare.quit(), subscriber.quit()])

async function openBus() {
  let up
  const isUp = new Promise((resolve) => (up = resolve))
  const opened = openRedisBus({
    url,
    ns,
    host: 'bench',
    producer: { epoch: String(process.pid) + Date.now() },
    clock: systemClock,
    random: systemRandom,
    hostInfo: () => '{}',
    backlog: () => [],
    reannounce: () => {},
    onStatus: ({ kind, why }) => (kind === 'up' ? up() : console.error(why)),
    log: (line) => console.error(line),
  })
  await isUp
  return opened
}

function sendBare(n) {
  sentAt.bare[n] = performance.now()
  bare.publish(channels.bare, `{"n":${n},"filler":"${filler}"}`).catch(console.error)
}

function sendEvent(n) {
  sentAt.event[n] = performance.now()
  bus.append({
    seq: n,
    service: 'api',
    channel: channels.event,
    body: `{"n":${n},"filler":"${filler}"}`,
    say: `api@bench online pid=${n}`,
    state: { field: 'api@bench', json: `{"n":${n}}` },
  })
}

function at(samples, quantile) {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) * quantile)]
}

function printTable() {
  const show = (...cells) => console.log(cells.map((cell) => String(cell).padStart(18)).join(''))
  show('', 'p50', 'p99')
  show('bare PUBLISH', `${bareP50.toFixed(3)} ms`, `${bareP99.toFixed(3)} ms`)
  show('event', `${eventP50.toFixed(3)} ms`, `${eventP99.toFixed(3)} ms`)
  show('ratio', `${(eventP50 / bareP50).toFixed(2)} ×`, `${(eventP99 / bareP99).toFixed(2)} ×`)
  const verdict = eventP50 <= budget * bareP50 ? 'kept' : 'MISSED'
  console.log(`budget: p50 at most ${budget} × — ${verdict}`)
}

function toLine() {
  return line({
    work: 'event to its subscriber through Redis (p50)',
    unit: 'ms',
    ours: eventP50,
    against: 'bare `PUBLISH`',
    theirs: bareP50,
    budget: { of: 'ratio', atMost: budget },
  })
}
