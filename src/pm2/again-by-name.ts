import { inheritedFrom } from '../control/connect.ts'
import type { Outcome } from '../control/troupe.ts'
import { amendableIn, amendmentOf } from '../declaration/amendment.ts'
import type { ServiceView } from '../protocol/views.ts'
import { asProblems } from './errors.ts'
import type { Link, Options } from './link.ts'

/**
 * Restarts or reloads what a name means. With `updateEnv` the variables of this program win over those of the shell that
 * declared it; fields change and stay changed.
 *
 * @throws Error for variables that would go nowhere, as in PM2, and for a field that has to be declared
 */
export async function againByName(
  link: Link,
  op: 'restart' | 'reload',
  [name, options]: readonly [name: string, options: Options],
): Promise<Outcome> {
  const { env, updateEnv, scriptArgs, only: _, force: __, name: called, ...said } = options
  if (env !== undefined && env !== null) {
    throw new Error('Using --env [env] without passing the ecosystem.config.js does not work')
  }
  const troupe = await link.open()
  const renamed = called === name ? {} : { name: called }
  const fields = fieldsIn({ ...said, ...renamed, args: scriptArgs ?? said['args'] })
  const isPlain = Object.keys(fields).length === 0
  if (isPlain && updateEnv !== true) return troupe.command(op, name, {})
  const inherited = updateEnv === true ? inheritedFrom(process.env) : {}
  if (isPlain) return troupe.command('inherit', name, { inherited, how: op })
  const outcomes: Outcome[] = []
  for (const service of await troupe.describe(name)) {
    // oxlint-disable-next-line no-await-in-loop
    const amendment = amendmentOf(fields, await specOf(link, service, fields))
    outcomes.push(
      // oxlint-disable-next-line no-await-in-loop
      await troupe.command('inherit', service.name, { inherited, fields: amendment, how: op }),
    )
  }
  return { instances: outcomes.flatMap(({ instances }) => instances) }
}

function fieldsIn(said: Options): Options {
  try {
    return amendableIn(said)
  } catch (thrown) {
    return asProblems(thrown, true)
  }
}

/** A declaration with these fields, of anything that can be declared: only the fields are looked at. */
async function specOf(link: Link, { name, interpreter }: ServiceView, fields: Options) {
  const app = { name, interpreter, script: process.execPath, ...fields }
  const { services } = await link.read(app, {})
  const [spec] = services
  if (spec === undefined) throw new Error(`${name} cannot be declared anew`)
  return spec
}
