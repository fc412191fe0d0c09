import { writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { errnoOf, TroupeError } from '../../base/errors.ts'
import type { Call } from '../call.ts'

const file = 'processes.json'

/** What `init` takes for the script, where one of these is there. */
const likely = ['index.js', 'app.js', 'server.js', 'main.js', 'index.ts', 'index.mjs']

/** Writes a small declaration to begin with; one that is there is left alone. */
export async function init({ words, options, place }: Call): Promise<number> {
  const [kind, more] = words
  if ((kind !== undefined && kind !== 'simple') || more !== undefined) {
    throw new TroupeError('E_USAGE', `init does not know ${more ?? kind}`, {
      hint: 'troupe init, or for the least that can be said: troupe init simple',
    })
  }
  const path = resolve(place.cwd, file)
  const script = likely.find((name) => existsSync(resolve(place.cwd, name))) ?? 'app.js'
  await writeNew(path, kind === 'simple' ? simple(script) : whole(script))
  if (options.json === true) place.screen.print(JSON.stringify({ file: path, script }))
  else {
    place.screen.print(`${file} written, for ${script}; look at it, then: troupe start ${file}`)
  }
  return 0
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' })
  } catch (cause) {
    if (errnoOf(cause) !== 'EEXIST') throw cause
    throw new TroupeError('E_USAGE', `there is a ${file} already, and it is left as it is`, {
      hint: `use it with: troupe start ${file}`,
      cause,
    })
  }
}

function simple(script: string): string {
  return `{
  "apps": [{ "name": "app", "script": "${script}" }]
}
`
}

function whole(script: string): string {
  return `// What runs here; start it with: troupe start processes.json
// Comments and trailing commas are allowed. PM2's fields mean what they mean there.
{
  "apps": [
    {
      "name": "app",
      "script": "${script}",

      // Several processes of it; for a Node script that serves HTTP they share its port.
      // "instances": 2,

      // Variables of every environment, and what is different in one: troupe start processes.json --env production
      "env": { "NODE_ENV": "development" },
      "env_production": { "NODE_ENV": "production" },

      // How long it may take to end before it is killed.
      "kill_timeout": "5s",

      // "max_memory_restart": "300M",
      // "cron_restart": "0 4 * * *",
      // "watch": true,
    },
  ],
}
`
}
