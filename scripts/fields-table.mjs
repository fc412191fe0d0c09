// Prints the table of all fields for docs/declarations.md. Run after a build: node scripts/fields-table.mjs [dist]
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const dist = resolve(process.argv[2] ?? 'dist')
const { fields } = await import(pathToFileURL(`${dist}/declaration/fields.js`).href)

const header = ['Field', 'Also', 'Takes', 'Default', 'Standing', 'What it does']

function row([name, { aliases = [], kind, fallback, standing, doc }]) {
  return [
    `\`${name}\``,
    aliases.map((alias) => `\`${alias}\``).join(', '),
    kind.expected,
    fallback === undefined ? '' : `\`${JSON.stringify(fallback)}\``,
    standingOf(standing),
    doc,
  ]
}

function standingOf(standing) {
  if (standing.kind === 'active') return 'active'
  return standing.kind === 'later' ? 'not active yet' : `does nothing here: ${standing.why}`
}

/** Stars and bars would mean something else in a table. */
function escaped(text) {
  return text.replaceAll(/[*|]/g, String.raw`\$&`)
}

function line(cells) {
  return `| ${cells.map(escaped).join(' | ')} |`
}

const rows = Object.entries(fields).map(row)
console.log([line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n'))
