import type { SourceView } from '../protocol/views.ts'

type Fact = readonly [name: string, value: string]

/** Hashes as people read them: long enough to be found, short enough to be said. */
export function shortHash(revision: string): string {
  return revision.slice(0, 7)
}

/** What git knows of a service, in lines of `describe`. */
export function sourceFacts(source: SourceView | undefined): readonly Fact[] {
  if (source === undefined) return []
  const { revision, subject, branch, url, remote } = source
  return [
    ['revision', `${shortHash(revision)} ${subject}`],
    ['branch', `${branch ?? 'none: detached'}${distance(source)}`],
    ['remote', url === undefined ? '' : `${remote} ${url}`],
    ['working tree', treeText(source)],
  ]
}

function distance({ upstream, ahead, behind }: SourceView): string {
  if (upstream === undefined) return ''
  const parts = [
    ...(ahead > 0 ? [`${ahead} ahead of`] : []),
    ...(behind > 0 ? [`${behind} behind`] : []),
  ]
  return `, ${parts.length === 0 ? 'as' : parts.join(', ')} ${upstream}`
}

function treeText({ isDirty, hasUnstaged }: SourceView): string {
  if (!isDirty) return 'clean'
  return hasUnstaged ? 'changed, not all of it staged' : 'changed, all of it staged'
}
