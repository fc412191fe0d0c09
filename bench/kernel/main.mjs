// The actor kernel beside nact and XState, each in a process of its own, in one run.
// TROUPE_DIST names another build than ../../dist; --json prints lines for the table of ../run.mjs.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { line as lineOf } from '../support/line.mjs'

const systems = ['troupe', 'nact', 'xstate']
const rows = [
  { key: 'tell', name: 'tell, preloaded mailbox', unit: '/s', budget: 2_000_000 },
  { key: 'askInTurn', name: 'ask, one after the other', unit: '/s', budget: 400_000 },
  { key: 'askTogether', name: 'ask, 1,000 at a time', unit: '/s', budget: 400_000 },
  { key: 'spawn', name: 'spawn until started', unit: '/s', budget: 300_000 },
  { key: 'bytes', name: 'an idle actor', unit: ' B', budget: 1_000, isLessBetter: true },
]

const measure = fileURLToPath(new URL('measure.mjs', import.meta.url))
const numbers = Object.fromEntries(
  systems.map((system) => [
    system,
    JSON.parse(execFileSync(process.execPath, ['--expose-gc', measure, system]).toString()),
  ]),
)

const show = (value, unit) =>
  value === undefined ? '—' : `${Math.round(value).toLocaleString('en')}${unit}`

function ratio({ key, isLessBetter }, system) {
  const [ours, theirs] = [numbers.troupe[key], numbers[system][key]]
  if (theirs === undefined) return '—'
  return `${(isLessBetter ? theirs / ours : ours / theirs).toFixed(1)} ×`
}

const header = ['', ...systems, 'better than nact', 'than xstate', 'budget', '']
const table = rows.map((row) => {
  const { key, unit, budget, isLessBetter } = row
  const ours = numbers.troupe[key]
  const isKept = isLessBetter ? ours <= budget : ours >= budget
  return [
    row.name,
    ...systems.map((system) => show(numbers[system][key], unit)),
    ratio(row, 'nact'),
    ratio(row, 'xstate'),
    `${isLessBetter ? '≤' : '≥'} ${show(budget, unit)}`,
    isKept ? 'kept' : 'MISSED',
  ]
})
const line = (cells) => `| ${cells.join(' | ')} |`
const text = [line(header), line(header.map(() => '---')), ...table.map(line)].join('\n')
const isJson = process.argv.includes('--json')
process.stdout.write(`${isJson ? JSON.stringify(rows.map(toLine)) : text}\n`)
// With --json the verdicts stand in the lines, and only a failure is a failure.
if (!isJson) process.exitCode = table.every((row) => row.at(-1) === 'kept') ? 0 : 1

function toLine({ key, name, budget, isLessBetter = false }) {
  return lineOf({
    work: isLessBetter ? name : `actors: ${name}`,
    unit: isLessBetter ? 'bytes' : 'rate',
    ours: numbers.troupe[key],
    against: 'nact',
    theirs: numbers.nact[key],
    budget: { of: 'value', [isLessBetter ? 'atMost' : 'atLeast']: budget },
  })
}
