import type { ServiceSpec } from '../declaration/service.ts'

/** How a service is reloaded. */
export type ReloadPath =
  /** A new process beside each old one. */
  | { readonly kind: 'rolling' }
  /** With a gap, for a reason that people should know. */
  | { readonly kind: 'restart'; readonly note: string }

/** Decides whether new processes of a service can run beside the old ones. */
export function reloadPath(before: ServiceSpec, after: ServiceSpec): ReloadPath {
  const { name } = after
  if (before.execMode !== after.execMode) {
    return restart(`${name} changed between fork and cluster mode, so it was restarted`)
  }
  if (after.execMode === 'cluster') {
    const isSamePrimary =
      before.interpreter === after.interpreter && before.scheduling === after.scheduling
    return isSamePrimary
      ? { kind: 'rolling' }
      : restart(`${name} needs another primary now, so it was restarted`)
  }
  if (after.reload === 'overlap') return { kind: 'rolling' }
  const instead = after.isNode
    ? '`reload: "primary"` or `reload: "overlap"`'
    : '`reload: "overlap"`'
  return restart(
    `${name} runs in fork mode, so it was restarted; ${instead} would spare it the gap`,
  )
}

function restart(note: string): ReloadPath {
  return { kind: 'restart', note }
}
