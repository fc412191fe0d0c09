import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { catalogue } from '../../src/cli/catalogue.ts'
import { absentVerb } from '../../src/cli/verbs-of-pm2.ts'
import { fields } from '../../src/declaration/fields.ts'
import { eventNames, fieldNames, methodNames, verbNames } from './inventory.ts'
import { homeFiles, variableNames } from './inventory-of-home.ts'

interface Row {
  readonly name: string
  readonly verdict: string
  readonly why: string
  readonly test: string
}

const page = readFileSync(new URL('../../docs/pm2-parity.md', import.meta.url), 'utf8')

function rowsOf(section: string): readonly Row[] {
  const [, text = ''] = page.split(`## ${section}\n`)
  const [table = ''] = text.split('\n## ')
  return table.split('\n').flatMap((line) => {
    const [, name, verdict = '', why = '', proof = ''] = line
      .split(/(?<!\\)\|/)
      .map((each) => each.trim())
    return name?.startsWith('`') ? [{ name: name.slice(1, -1), verdict, why, test: proof }] : []
  })
}

const sections: [string, readonly string[]][] = [
  ['Fields', fieldNames],
  ['Verbs', verbNames],
  ['Methods of `troupe/pm2`', methodNames],
  ['Events of the bus', eventNames],
  ['Variables', variableNames],
  ['Files of `PM2_HOME`', homeFiles],
]
const rows = sections.flatMap(([section]) => rowsOf(section))

describe.each(sections)('the table of %s', (section, names) => {
  test('has every name of PM2 once, and no other', () => {
    expect(
      rowsOf(section)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(names.toSorted())
  })
})

test('each name has one of four verdicts, and says why it is refused', () => {
  const verdicts = ['works', 'differs', 'will not', 'not yet']

  expect(rows.filter(({ verdict }) => !verdicts.includes(verdict))).toEqual([])
  expect(rows.filter(({ verdict, why }) => verdict === 'will not' && why === '')).toEqual([])
})

test('what works, and what works otherwise, is shown by a test that is there', () => {
  const unproven = rows
    .filter(({ verdict }) => verdict === 'works' || verdict === 'differs')
    .filter(({ test: proof }) => !isShown(proof))

  expect(unproven.map(({ name, test: proof }) => `${name}: ${proof}`)).toEqual([])
})

/** `path` "a part of the title" */
function isShown(proof: string): boolean {
  const [, path = '', title = ''] = /^`([^`]+)` "(.+)"$/.exec(proof) ?? []
  return existsSync(path) && title !== '' && readFileSync(path, 'utf8').includes(title)
}

test('what the page says of fields is what they say of themselves', () => {
  const standings = rowsOf('Fields')
    .filter(({ name }) => Object.hasOwn(fields, name))
    .map(({ name, verdict }) => [name, verdict, fields[name]?.standing.kind] as const)
  const isLate = standings.filter(([, , kind]) => kind === 'later').map(([name]) => name)

  expect(standings.length).toBeGreaterThan(60)
  expect(standings.filter(([, verdict]) => verdict === 'not yet').map(([name]) => name)).toEqual(
    isLate,
  )
  expect(standings.filter(([, verdict, kind]) => kind === 'moot' && verdict === 'works')).toEqual(
    [],
  )
})

test('what the page says of verbs is what the command line knows', () => {
  const known = Object.values(catalogue)
    .flat()
    .flatMap(({ name, aliases = [] }) => [name, ...aliases])
  const verbs = rowsOf('Verbs')
  const config = ['set', 'get', 'unset', 'conf', 'report']
  const working = verbs.filter(({ verdict }) => verdict === 'works' || verdict === 'differs')

  expect(
    working
      .map(({ name }) => name)
      .filter((name) => !known.includes(name) && !config.includes(name)),
  ).toEqual([])
  const refused = verbs.filter(({ verdict }) => verdict === 'not yet').map(({ name }) => name)
  expect(refused.filter((name) => known.includes(name))).toEqual([])
})

test('whoever types a verb that is not here is told what to do instead', () => {
  const absent = rowsOf('Verbs').filter(({ verdict }) => /^(will not|not yet)$/.test(verdict))

  const unanswered = absent.filter(({ name }) => !absentVerb(name)?.hint)

  expect(unanswered.map(({ name }) => name)).toEqual([])
})
