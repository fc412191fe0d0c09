import { truncate } from 'node:fs/promises'
import { errnoOf } from '../base/errors.ts'
import { logFilesOf, type Surroundings } from '../supervisor/launch-order.ts'
import type { DesiredService } from './desired-state.ts'
import type { LogSource } from './log-reader.ts'
import type { Choice } from './targets.ts'

/** The log files of all instances that were chosen; instances that share a file each name it. */
export function logSources(
  services: readonly DesiredService[],
  choices: readonly Choice[],
  around: Surroundings,
): readonly LogSource[] {
  return services.flatMap(({ spec, slots }) =>
    slots
      .filter(({ slot }) => isChosen(spec.name, slot, choices))
      .flatMap(({ slot, pmId }): readonly LogSource[] => {
        const { out, error } = logFilesOf({ spec, pmId }, around)
        const of = { service: spec.name, slot }
        return [
          { ...of, stream: 'out', path: out },
          { ...of, stream: 'err', path: error },
        ]
      }),
  )
}

/** Empties log files; whoever writes them appends, and so goes on at their beginning. Returns those that were there. */
export async function emptyLogs(sources: readonly LogSource[]): Promise<readonly string[]> {
  const paths = [...new Set(sources.map(({ path }) => path))].filter((path) => !isDevice(path))
  const emptied = await Promise.all(paths.map(empty))
  return paths.filter((_, at) => emptied[at])
}

async function empty(path: string): Promise<boolean> {
  try {
    await truncate(path)
    return true
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
}

function isDevice(path: string): boolean {
  return path.startsWith('/dev/')
}

function isChosen(service: string, slot: number, choices: readonly Choice[]): boolean {
  return choices.some((pick) => pick.service === service && (pick.slots?.includes(slot) ?? true))
}
