import type { EnvFilter } from '../declaration/env-filter.ts'

type Variables = Readonly<Record<string, string>>

/** Without these a program does not find its commands, its files, its words or the time of day. */
const needed = /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|LD_LIBRARY_PATH)$/

/** What a filter leaves of the variables of a shell. */
export function filterVariables(inherited: Variables, filter: EnvFilter | undefined): Variables {
  if (filter === undefined) return inherited
  const kept = Object.entries(inherited).filter(([name]) => !isFiltered(name, filter))
  return Object.fromEntries(kept)
}

function isFiltered(name: string, filter: EnvFilter): boolean {
  switch (filter.kind) {
    case 'exactly':
      return name === filter.name
    case 'containing':
      return filter.parts.some((part) => name.includes(part))
    case 'all':
      return !needed.test(name)
  }
}
