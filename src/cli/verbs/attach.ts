import { TroupeError } from '../../base/errors.ts'
import type { InstanceView } from '../../protocol/views.ts'
import type { Call } from '../call.ts'
import { followLogs } from '../follow-logs.ts'
import { LogPrinter } from '../log-printer.ts'
import { needSession } from '../session.ts'
import { Typing } from '../typing.ts'

/**
 * Writes what is typed to the standard input of one instance, and prints what it logs, until Ctrl-C or the end of what
 * is typed. Resolves with 1 when a line was refused.
 */
export async function attach(call: Call): Promise<number> {
  const { words, place, options } = call
  const [word = '', separator] = words
  const { screen } = place
  const session = await needSession(place)
  const { instances } = await session.ask('status', [word], {})
  const view = onlyOne(word, instances)
  const who = `${view.service}#${view.slot}`
  const typing = new Typing({ who, separator }, call)
  const say = (text: string): void => {
    if (options.json !== true) screen.note(screen.paint.faint(text))
  }
  say(`attached to ${who}: it reads what you type; Ctrl-C leaves it`)
  const followed = followLogs(
    {
      session,
      services: [who],
      params: { lines: 0, streams: ['out', 'err'] },
      printer: new LogPrinter([view], screen, { raw: true, ...options }),
      connected: (now) => typing.over(now),
    },
    place,
  )
  // Whoever stops typing leaves; so does whoever hears that the manager has left.
  await Promise.race([followed, typing.typed])
  typing.end()
  say(`detached; ${who} is left as it is`)
  return typing.isRefused ? 1 : 0
}

/** @throws TroupeError `E_USAGE` where there is not exactly one instance that reads */
function onlyOne(word: string, instances: readonly InstanceView[]): InstanceView {
  const [view, ...others] = instances
  if (view === undefined) throw new TroupeError('E_USAGE', `${word} has no instance to attach to`)
  const { service, mode } = view
  if (mode === 'cluster') {
    const why = `${service} runs in cluster mode, and its workers have no standard input of their own`
    const hint = `see: troupe logs ${service}, and: troupe send ${service} --message <message>`
    throw new TroupeError('E_USAGE', why, { hint })
  }
  if (others.length === 0) return view
  const all = instances.map((each) => `${each.service}#${each.slot}`).join(', ')
  throw new TroupeError('E_USAGE', `${word} means ${instances.length} instances`, {
    hint: `attach to one of them: ${all}`,
  })
}
