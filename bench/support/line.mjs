import { median } from './samples.mjs'

/**
 * One line of the table: ours beside theirs, and whether the budget is kept. `ours` and `theirs`
 * are numbers, or samples whose median counts. A budget limits `ours` (`of: 'value'`) or the
 * ratio of ours to theirs (`of: 'ratio'`); without one the line is a fact.
 */
export function line({ work, unit, ours, against, theirs, budget }) {
  const [own, other] = [ours, theirs].map(numberOf)
  const ratio = other === undefined || other === 0 ? undefined : own / other
  const limited = budget?.of === 'ratio' ? ratio : own
  return {
    work,
    unit,
    ours: own,
    against,
    theirs: other,
    ratio,
    budget,
    verdict: budget === undefined ? 'fact' : isKept(limited, budget) ? 'kept' : 'MISSED',
    samples: { ours, theirs },
  }
}

function numberOf(value) {
  return Array.isArray(value) ? median(value) : value
}

function isKept(number, { atMost = Infinity, atLeast = -Infinity }) {
  return number !== undefined && number <= atMost && number >= atLeast
}
