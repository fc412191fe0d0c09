import type { BusView, HostView } from '../protocol/views.ts'

/** `~/.troupe`: a path as people write it. */
export function homeText(path: string, env: NodeJS.ProcessEnv): string {
  const home = env['HOME']
  if (home === undefined || home === '' || home === '/') return path
  return path === home || path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path
}

/** What a manager is connected to, in one line that holds no secret. */
export function hostText({ bus, namespace, host }: HostView): string {
  if (bus.kind === 'alone') return busText(bus)
  return `${busText(bus)} · namespace ${namespace} · host ${host}`
}

/** How it stands with Redis, in one line without a full stop; the password in its address is left out. */
export function busText(bus: BusView): string {
  switch (bus.kind) {
    case 'alone':
      return 'no Redis configured: this host alone'
    case 'up':
      return `Redis ${withoutPassword(bus.url)}`
    case 'down': {
      const waiting = bus.queued === 0 ? '' : `, ${bus.queued} events wait for it`
      return `Redis ${withoutPassword(bus.url)} (${bus.why}${waiting})`
    }
  }
}

/** Everything between `//` and the last `@`, and behind `?`, can be a password, or part of one. */
function withoutPassword(url: string): string {
  return url
    .replace(/\?.*$/s, '')
    .replace(/\/\/(?:([^:@/]*)(?::.*)?)@/, (_, user: string | undefined) =>
      user === undefined || user === '' ? '//' : `//${user}@`,
    )
}
