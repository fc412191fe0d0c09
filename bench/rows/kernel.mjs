import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { run } from '../support/run.mjs'
import { dist } from '../support/troupe.mjs'

const folder = fileURLToPath(new URL('../kernel', import.meta.url))

/** What `bench/kernel` measures. */
export async function kernel(lab) {
  const env = lab.env({ TROUPE_DIST: dist })
  if (!existsSync(`${folder}/node_modules`)) await run(['npm', 'ci', '--prefix', folder], { env })
  const { stdout } = await run([process.execPath, `${folder}/main.mjs`, '--json'], { env })
  return JSON.parse(stdout)
}
