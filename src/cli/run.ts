import type { Place, Run } from './call.ts'

/**
 * Verbs that scripts, shells and people call all day, with nothing behind them: these need no
 * reading of options, and so not the library that reads them.
 */
const bare: Readonly<Record<string, () => Promise<Run>>> = {
  list: async () => (await import('./verbs/list.ts')).list,
  ls: async () => (await import('./verbs/list.ts')).list,
  names: async () => (await import('./verbs/names.ts')).names,
  jlist: async () => (await import('./verbs/jlist.ts')).jlist,
}

/** Runs one command line. Whatever goes wrong is said on the screen; resolves with the exit code. */
export async function run(argv: readonly string[], place: Place): Promise<number> {
  try {
    return await perform(argv, place)
  } catch (thrown) {
    const { screen } = place
    const { complaint, complaintJson } = await import('./complaint.ts')
    const isJson = argv.includes('--json')
    screen.note(isJson ? complaintJson(thrown) : complaint(thrown, screen.paint))
    return 1
  }
}

async function perform(argv: readonly string[], place: Place): Promise<number> {
  const [verb = '', ...more] = argv
  const load = more.length === 0 && Object.hasOwn(bare, verb) ? bare[verb] : undefined
  if (load !== undefined) return (await load())({ words: [], rest: [], options: {}, place })
  const { runProgram } = await import('./program.ts')
  return runProgram(argv, place)
}
