import type { SourceView } from '../protocol/views.ts'

/** What PM2's `jlist` says of the source of a service (its `versioning`). */
export function versioningOf(source: SourceView | undefined): Readonly<Record<string, unknown>> {
  if (source === undefined) return { vizion: false }
  return {
    vizion: true,
    versioning: {
      type: 'git',
      url: source.url ?? '',
      revision: source.revision,
      comment: source.subject,
      branch: source.branch ?? 'HEAD',
      unstaged: source.hasUnstaged,
      branch_exists_on_remote: source.upstream !== undefined,
      remotes: source.remotes,
      remote: source.remote ?? '',
      ahead: source.ahead > 0,
      next_rev: source.next ?? null,
      prev_rev: source.previous ?? null,
      update_time: new Date(source.committedAt).toISOString(),
      tags: [],
      repo_path: source.root,
    },
  }
}
