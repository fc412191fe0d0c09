import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const project = new URL('../..', import.meta.url).pathname

/** The built product that system tests run: `dist`, or what `TROUPE_DIST` names. */
const dist = resolve(project, process.env['TROUPE_DIST'] ?? 'dist')

/** What keeps the built manager running: the program that every user's command line starts. */
export async function builtManager(): Promise<readonly string[]> {
  const path = join(dist, 'control', 'manager-program.js')
  if (!existsSync(path)) throw new Error(`there is no ${path}: build first, with \`npm run build\``)
  const built = (await import(pathToFileURL(path).href)) as {
    readonly managerProgram: () => readonly string[]
  }
  return built.managerProgram()
}

/** The daemon itself, without the loop around it. */
export const builtMain: string = join(dist, 'manager', 'main.js')

/** The command line. */
export const builtCli: string = join(dist, 'cli', 'main.js')

/** What `import 'troupe'` finds. */
export const builtLibrary: string = pathToFileURL(join(dist, 'index.js')).href

/** The path of a small service in `test/fixtures`. */
export function fixture(name: string): string {
  return join(project, 'test', 'fixtures', name)
}
