import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bareService } from '../support/bare.mjs'
import { withBoth } from '../support/both.mjs'
import { line } from '../support/line.mjs'
import { cpuMs } from '../support/proc.mjs'
import { interleaved } from '../support/samples.mjs'
import { now } from '../support/ups.mjs'
import { until } from '../support/wait.mjs'

const lines = 300_000
const rounds = 3
const bytesALine = 'line 000000 '.length + 68 + '\n'.length
/** A log that has not grown for so long has all that it will ever have. */
const quietMs = 1_000
/** Two ticks of the clock by which the kernel counts processor time. */
const noCpuMs = 20

/** From the first line that a service writes until the last one stands in its log. */
export function logs(lab) {
  return withBoth(lab, async ({ troupe, pm2 }) => {
    const ours = await writerOn(lab, troupe)
    const theirs = await writerOn(lab, pm2)
    const bare = await bareWriter(lab)
    const bursts = await interleaved(rounds, {
      ours: () => burst(ours),
      theirs: () => burst(theirs),
      bare: () => burst(bare),
    })
    await bare.end()
    return linesOf(bursts)
  })
}

async function writerOn(lab, manager) {
  const writer = declareWriter(lab)
  await manager.run('start', writer.file)
  await writer.ups.reach(1)
  const [pid] = await manager.pids()
  return { ...writer, log: join(writer.dir, 'out.log'), pid }
}

async function bareWriter(lab) {
  const { dir, ups } = declareWriter(lab)
  const child = bareService(lab, { dir, ups, script: 'writer', env: envOf(dir) })
  await ups.reach(1)
  return { dir, ups, log: join(dir, 'bare.log'), pid: child.pid, end: () => child.end() }
}

function declareWriter(lab) {
  const fields = (dir) => ({ env: envOf(dir), out_file: join(dir, 'out.log'), merge_logs: true })
  return lab.declare(1, { script: 'writer', fields })
}

function envOf(dir) {
  return { BENCH_GO: join(dir, 'go'), BENCH_LINES: String(lines) }
}

async function burst({ dir, ups, log, pid }) {
  const offset = statSync(log).size
  const said = ups.all().length
  const cpuBefore = cpuMs(pid)
  writeFileSync(join(dir, 'go'), '')
  const [{ at: firstAt }] = (await ups.reach(said + 2)).slice(said)
  const arrivedAt = await lastGrowth(log, offset + lines * bytesALine)
  return {
    rate: (lines / (arrivedAt - firstAt)) * 1_000,
    cpuMs: cpuMs(pid) - cpuBefore,
    lost: lines - linesFrom(log, offset),
  }
}

/** When the log had all its bytes, or grew for the last time. */
async function lastGrowth(log, wholeSize) {
  let seen = { size: -1, at: now() }
  await until('the log is whole, or quiet', () => {
    const { size } = statSync(log)
    if (size !== seen.size) seen = { size, at: now() }
    return size >= wholeSize || now() - seen.at > quietMs
  })
  return seen.at
}

function linesFrom(log, offset) {
  const text = readFileSync(log).toString('latin1', offset)
  return new Set(text.match(/^line \d{6} x{68}$/gm)).size
}

function linesOf({ ours, theirs, bare }) {
  const of = (bursts, what) => bursts.map((each) => each[what])
  const sum = (numbers) => numbers.reduce((all, number) => all + number, 0)
  const rate = { work: `${lines.toLocaleString('en')} log lines`, unit: 'rate' }
  return [
    line({
      ...rate,
      ours: of(ours, 'rate'),
      against: 'PM2',
      theirs: of(theirs, 'rate'),
      budget: { of: 'ratio', atLeast: 1 },
    }),
    line({ ...rate, ours: of(ours, 'rate'), against: 'bare, to a file', theirs: of(bare, 'rate') }),
    line({
      work: 'manager CPU for them',
      unit: 'ms',
      ours: of(ours, 'cpuMs'),
      against: 'PM2',
      theirs: of(theirs, 'cpuMs'),
      budget: { of: 'value', atMost: noCpuMs },
    }),
    line({
      work: `lines lost of ${(rounds * lines).toLocaleString('en')}`,
      unit: 'count',
      ours: sum(of(ours, 'lost')),
      against: 'PM2',
      theirs: sum(of(theirs, 'lost')),
      budget: { of: 'value', atMost: 0 },
    }),
  ]
}
