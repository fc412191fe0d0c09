import { resolve } from 'node:path'
import type { WatchView } from '../../protocol/views.ts'
import type { Call } from '../call.ts'
import { columns } from '../columns.ts'
import type { Palette } from '../screen.ts'
import { needSession } from '../session.ts'

/** What files services watch; with `--explain`, exits with 1 where a change of the path restarts none of them. */
export async function watch({ words, options, place }: Call): Promise<number> {
  const { screen, cwd } = place
  const session = await needSession(place)
  const path = options.explain === undefined ? undefined : resolve(cwd, options.explain)
  const named = words.length === 0 ? ['all'] : words
  const { services } = await session.ask('watch', named, path === undefined ? {} : { path })
  const counts = services.some(({ verdict }) => verdict?.kind === 'counts')
  if (options.json === true) screen.print(JSON.stringify(services))
  else screen.print(columns(services.map((view) => lineOf(view, screen.paint))))
  return path === undefined || counts ? 0 : 1
}

function lineOf(view: WatchView, paint: Palette): readonly string[] {
  const { service, verdict } = view
  if (verdict === undefined) return [service, watchedText(view, paint)]
  const { kind, why } = verdict
  if (kind === 'counts') return [service, paint.busy('restarts'), why]
  return [service, paint.faint(kind === 'ignored' ? 'ignores it' : 'does not care'), why]
}

function watchedText({ base, paths, ignore }: WatchView, paint: Palette): string {
  if (base === undefined || paths === undefined) return paint.faint('watches nothing')
  const ignored = ignore ?? ['dotfiles', 'node_modules']
  return `${paths.join(', ')} in ${base}${paint.faint(`, but not ${ignored.join(', ')}`)}`
}
