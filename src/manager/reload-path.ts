import type { ServiceSpec } from '../declaration/service.ts'

/** How a service is reloaded. */
export type ReloadPath =
  /** A new process beside each old one. */
  | { readonly kind: 'rolling' }
  /** With a gap: `why` before it is done, `note` when it is. */
  | { readonly kind: 'restart'; readonly why: string; readonly note: string }

/** Decides whether new processes of a service can run beside the old ones. */
export function reloadPath(before: ServiceSpec, after: ServiceSpec): ReloadPath {
  const { name } = after
  if (before.execMode !== after.execMode) {
    return restart(`${name} changed between fork and cluster mode`)
  }
  if (after.execMode === 'cluster') {
    const isSamePrimary =
      before.interpreter === after.interpreter && before.scheduling === after.scheduling
    return isSamePrimary ? { kind: 'rolling' } : restart(`${name} needs another primary now`)
  }
  if (after.reload === 'overlap') return { kind: 'rolling' }
  const instead = after.isNode
    ? '`reload: "primary"` or `reload: "overlap"`'
    : '`reload: "overlap"`'
  return restart(`${name} runs in fork mode`, `; ${instead} would spare it the gap`)
}

function restart(reason: string, advice = ''): ReloadPath {
  return {
    kind: 'restart',
    why: `${reason}${advice}`,
    note: `${reason}, so it was restarted${advice}`,
  }
}
