import { declarationSchema } from '../../declaration/schema.ts'
import type { Call } from '../call.ts'

/** The JSON Schema of declarations, for editors. */
export async function schema({ options, place }: Call): Promise<number> {
  place.screen.print(JSON.stringify(declarationSchema(), undefined, options.json === true ? 0 : 2))
  return 0
}
