import { createHash } from 'node:crypto'
import { TroupeError } from '../base/errors.ts'
import { selects } from './host-selector.ts'
import { isPlainName } from './names.ts'

/** Which hosts of a fleet a person means, as `--on` spells it. */
export interface Selection {
  /** Globs of `*` and `?`; one has to match. None: every name. */
  readonly names: readonly string[]
  /** Every label has to have one of its values. */
  readonly labels: Readonly<Record<string, readonly string[]>>
  /** Labels that a host may not have with these values. */
  readonly without: Readonly<Record<string, readonly string[]>>
  /** Of those, so many in a hundred, rounded up. */
  readonly percent?: number
  /** Of those, so many at most. */
  readonly max?: number
}

/** What is chosen from. */
export interface Choosable {
  readonly host: string
  readonly labels: Readonly<Record<string, string>>
}

/**
 * Reads `web-1,web-2`, `zone=eu,tier!=db`, `all`, `zone=eu,25%` or `all,max=2`: names are alternatives, labels have to
 * hold all together, the values of one label are alternatives, and what remains is cut down last.
 *
 * @throws TroupeError `E_USAGE`
 */
export function parseSelection(text: string): Selection {
  const terms = text.split(',').map((each) => termOf(each.trim()))
  const ofKind = <K extends Term['kind']>(kind: K) =>
    terms.filter((term): term is Extract<Term, { kind: K }> => term.kind === kind)
  const percent = ofKind('percent').at(-1)?.percent
  const max = ofKind('max').at(-1)?.max
  return {
    names: ofKind('name').map(({ name }) => name),
    labels: byKey(ofKind('label')),
    without: byKey(ofKind('without')),
    ...(percent === undefined ? {} : { percent }),
    ...(max === undefined ? {} : { max }),
  }
}

type Labelled = { readonly key: string; readonly value: string }

type Term =
  | { readonly kind: 'all' }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'percent'; readonly percent: number }
  | { readonly kind: 'max'; readonly max: number }
  | ({ readonly kind: 'label' | 'without' } & Labelled)

function termOf(term: string): Term {
  if (term === 'all') return { kind: 'all' }
  if (/^\d{1,3}%$/.test(term)) return { kind: 'percent', percent: percentIn(term) }
  const [, key, not, value = ''] = /^([^=!]+)(!?)=(.+)$/.exec(term) ?? []
  if (key === undefined) return { kind: 'name', name: nameIn(term) }
  return not === '' && key === 'max'
    ? { kind: 'max', max: countIn(term, value) }
    : { kind: not === '!' ? 'without' : 'label', ...labelIn(term, key, value) }
}

function byKey(terms: readonly Labelled[]): Readonly<Record<string, readonly string[]>> {
  const keys = [...new Set(terms.map(({ key }) => key))]
  return Object.fromEntries(
    keys.map((key) => [key, terms.filter((term) => term.key === key).map(({ value }) => value)]),
  )
}

/**
 * The hosts that are meant, by name. Which ones a limit leaves depends on `seed` and on nothing else, so that the
 * same words mean the same hosts again, as long as they are there.
 */
export function choose<H extends Choosable>(
  selection: Selection,
  hosts: readonly H[],
  seed: string,
): readonly H[] {
  const { percent = 100, max = Infinity } = selection
  const fitting = hosts.filter((host) => fits(selection, host))
  const count = Math.min(max, Math.ceil((fitting.length * percent) / 100))
  const ranked = fitting
    .map((host) => ({ host, rank: rankOf(seed, host.host) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
  return ranked
    .slice(0, count)
    .map(({ host }) => host)
    .toSorted((a, b) => (a.host < b.host ? -1 : 1))
}

function fits({ names, labels, without }: Selection, { host, labels: own }: Choosable): boolean {
  const wanted = { ...(names.length === 0 ? {} : { hosts: names }), labels }
  if (!selects(wanted, host, own)) return false
  return Object.entries(without).every(([key, values]) => {
    const value = Object.hasOwn(own, key) ? own[key] : undefined
    return value === undefined || !values.includes(value)
  })
}

function rankOf(seed: string, host: string): string {
  return createHash('sha256').update(`${seed}|${host}`).digest('hex')
}

function labelIn(term: string, key: string, value: string): Labelled {
  if (isPlainName(key) && isPlainName(value)) return { key, value }
  throw wrong(term, 'a label and its value')
}

function percentIn(term: string): number {
  const percent = Number(term.slice(0, -1))
  if (percent >= 1 && percent <= 100) return percent
  throw wrong(term, '1% to 100%')
}

function countIn(term: string, value: string): number {
  const count = Number(value)
  if (Number.isInteger(count) && count > 0) return count
  throw wrong(term, 'max= with a whole number above 0')
}

function nameIn(term: string): string {
  if (/^[a-z0-9*?][a-z0-9._*?-]*$/.test(term)) return term
  throw wrong(term, 'the name of a host, a label such as zone=eu or tier!=db, 25%, max=2 or all')
}

function wrong(term: string, expected: string): TroupeError {
  return new TroupeError('E_USAGE', `--on: expected ${expected}, got "${term}"`, {
    hint: "such as --on web-1,web-2, --on 'zone=eu,tier!=db', --on all,25%",
  })
}
