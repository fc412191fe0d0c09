import { signShorthand } from '../../protocol/sign-shorthand.ts'
import type { Call } from '../call.ts'
import { findKey } from '../key-store.ts'
import { findSession } from '../session.ts'

/** Signs a command for Redis: `troupe sign restart api | redis-cli -x PUBLISH <channel>`. */
export async function sign(call: Call): Promise<number> {
  const { options, place } = call
  const { screen, clock } = place
  const { channel } = options
  const signed = await signShorthand(shorthandOf(call.words), {
    ns: await namespaceOf(call),
    key: await findKey(place.home, options.key),
    at: clock.date(),
    ...(channel === undefined ? {} : { channel }),
  })
  if (options.json === true) {
    screen.print(JSON.stringify(signed))
    return 0
  }
  screen.note(screen.paint.faint(`for 60 s: … | redis-cli -x PUBLISH ${signed.channel}`))
  // With a line break at its end it would not be what was signed.
  screen.write(signed.raw)
  return 0
}

/** Words as the shell hands them over, quoted again where they hold spaces. */
export function shorthandOf(words: readonly string[]): string {
  return words.map((word) => spelled(word)).join(' ')
}

function spelled(word: string): string {
  const [, key, value = ''] = /^([a-z][A-Za-z0-9_]*=)(.*)$/s.exec(word) ?? []
  if (key !== undefined) return key + quoted(value)
  const [, name = word, slot = ''] = /^(.+)(#\d{1,6})$/s.exec(word) ?? []
  return quoted(name) + slot
}

function quoted(text: string): string {
  return /[\s"\\]/.test(text) ? `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"` : text
}

/** Said by the channel or the environment, or else that of the manager here. */
async function namespaceOf({ options, place }: Call): Promise<string> {
  const [, said = place.env['TROUPE_NAMESPACE']] =
    /^troupe:([^:]+):/.exec(options.channel ?? '') ?? []
  if (said !== undefined && said !== '') return said
  const session = await findSession(place)
  return session?.client.greeting.ns ?? 'main'
}
