const header = ['work', 'Troupe', 'beside it', 'ratio', 'budget', 'verdict']

const shows = {
  ms: (ms) => (ms >= 1_000 ? `${(ms / 1_000).toFixed(2)} s` : `${digits(ms)} ms`),
  bytes: (bytes) =>
    bytes < 10_000 ? `${Math.round(bytes)} B` : `${(bytes / 1024 ** 2).toFixed(1)} MB`,
  percent: (percent) => `${digits(percent)} %`,
  rate: (rate) => `${Math.round(rate).toLocaleString('en')} /s`,
  count: (count) => count.toLocaleString('en'),
}

function digits(number) {
  return Number.isInteger(number) ? String(number) : number.toFixed(number < 10 ? 2 : 0)
}

function cellsOf({ work, unit, ours, against, theirs, ratio, budget, verdict }) {
  const show = shows[unit]
  const other = theirs === undefined ? '' : show(theirs)
  return [
    work,
    show(ours),
    against === undefined ? '—' : `${against} ${other}`.trim(),
    ratio === undefined ? '—' : `${ratio.toFixed(2)} ×`,
    budgetOf(budget, show),
    verdict,
  ]
}

function budgetOf(budget, show) {
  if (budget === undefined) return '—'
  const { of, atMost, atLeast } = budget
  if (atMost === 0) return 'none'
  const limit = of === 'ratio' ? `${atMost ?? atLeast} ×` : show(atMost ?? atLeast)
  return `${atMost === undefined ? '≥' : '≤'} ${limit}`
}

export function markdown(lines) {
  const table = [header, header.map(() => '---'), ...lines.map(cellsOf)]
  return table.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

export function plain(lines) {
  const table = [header, ...lines.map(cellsOf)]
  const widths = header.map((_, column) => Math.max(...table.map((cells) => cells[column].length)))
  return table
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
