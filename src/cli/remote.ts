import { TroupeError } from '../base/errors.ts'
import type { Call } from './call.ts'
import { graceIn } from './grace.ts'
import type { Remote } from './on-hosts.ts'
import { startableFrom } from '../control/targets.ts'

/** What verbs say to other hosts, by name. The files of this host mean nothing there. */
const remotes: Readonly<Record<string, (call: Call) => Remote>> = {
  start: (call) => named('start', call),
  stop: (call) => ({ ...named('stop', call), args: graceIn(call) }),
  restart: (call) => ({ ...named('restart', call), args: graceIn(call) }),
  reload: (call) => named('reload', call),
  delete: (call) => ({ ...named('delete', call), args: graceIn(call) }),
  reset: (call) => named('reset', call),
  flush: (call) => named('flush', call),
  scale: (call) => {
    const [service = '', to = ''] = call.words
    return { op: 'scale', services: [service], args: { to } }
  },
  signal: (call) => {
    const [signal = '', ...services] = call.words
    return { op: 'signal', services, args: { signal } }
  },
  list: (call) => ({ op: 'status', services: call.words, args: {} }),
  ping: () => ({ op: 'ping', services: [], args: {} }),
}

/** Verbs that can be done on other hosts. */
export function isRemote(verb: string): boolean {
  return Object.hasOwn(remotes, verb)
}

/** @throws TroupeError `E_USAGE` */
export async function doRemotely(verb: string, call: Call): Promise<number> {
  const remote = remotes[verb]
  if (remote === undefined) throw new TroupeError('E_USAGE', `${verb} is done on this host alone`)
  const { onHosts } = await import('./on-hosts.ts')
  return onHosts(remote(call), call)
}

function named(op: Remote['op'], { words }: Call): Remote {
  const file = words.find((word) => startableFrom(word) === 'declaration')
  if (file !== undefined) {
    throw new TroupeError('E_USAGE', `${file} is a file of this host`, {
      hint: 'name services, or all',
    })
  }
  return { op, services: words.length === 0 ? ['all'] : words, args: {} }
}
