// Troupe beside PM2, and beside the bare operation, in one run: see README.md.
//
//   node bench/run.mjs [--json | --markdown] [row…]
import { crash } from './rows/crash.mjs'
import { death } from './rows/death.mjs'
import { events } from './rows/events.mjs'
import { idle } from './rows/idle.mjs'
import { kernel } from './rows/kernel.mjs'
import { list } from './rows/list.mjs'
import { logs } from './rows/logs.mjs'
import { start } from './rows/start.mjs'
import { Lab } from './support/lab.mjs'
import { machine, sentence } from './support/machine.mjs'
import { markdown, plain } from './support/table.mjs'

const rows = { list, start, idle, crash, logs, death, events, kernel }

const args = process.argv.slice(2)
const flags = args.filter((arg) => arg.startsWith('--'))
const named = args.filter((arg) => !arg.startsWith('--'))
const unknown = [
  ...flags.filter((flag) => !['--json', '--markdown'].includes(flag)),
  ...named.filter((name) => !Object.hasOwn(rows, name)),
]
if (unknown.length > 0) {
  console.error(`${unknown.join(', ')}? Rows: ${Object.keys(rows).join(', ')}`)
  process.exit(64)
}

const where = machine()
const lines = []
const skipped = []
let lab
process.once('SIGINT', () => void giveUp())
for (const name of named.length > 0 ? named : Object.keys(rows)) await measure(name)

if (flags.includes('--json')) {
  console.log(JSON.stringify({ machine: where, lines, skipped }, undefined, 2))
} else {
  const show = flags.includes('--markdown') ? markdown : plain
  console.log([sentence(where), '', show(lines), ...skipped].join('\n'))
}

/** One row in a lab of its own; a row that cannot be measured costs nobody else's. */
async function measure(name) {
  const startedAt = performance.now()
  lab = new Lab()
  try {
    lines.push(...(await rows[name](lab)))
  } catch (error) {
    skipped.push(`${name}: not measured: ${error.message}`)
    process.exitCode = 1
  }
  const left = await lab.close()
  if (left > 0) console.error(`${name}: ${left} processes were left behind, and are ended now`)
  console.error(`${name}: ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`)
}

/** Ctrl-C: what was started is ended first. */
async function giveUp() {
  await lab?.close()
  process.exit(130)
}
