import type { Place } from '../../../src/manager/source/place.ts'
import type { SourceView } from '../../../src/protocol/views.ts'

export const srv: Place = { cwd: '/srv', env: {} }

/** A clean tree on `main`, with `origin/main`, between two commits. */
export function sourceWith(given: Partial<SourceView> = {}): SourceView {
  return {
    root: '/srv',
    revision: 'b'.repeat(40),
    subject: 'second',
    committedAt: 0,
    branch: 'main',
    upstream: 'origin/main',
    remotes: ['origin'],
    remote: 'origin',
    url: 'https://example.com/a.git',
    isDirty: false,
    hasUnstaged: false,
    ahead: 0,
    behind: 0,
    ...given,
  }
}
