import { TroupeError } from '../../base/errors.ts'
import type { TrustedKeyView } from '../../protocol/answers.ts'
import { kidOf, newKeyPair, publicKeyFrom } from '../../protocol/signature.ts'
import type { Call } from '../call.ts'
import { columns } from '../columns.ts'
import { homeText } from '../host-text.ts'
import { keyNameOrThrow, saveKey } from '../key-store.ts'
import { openSession } from '../session.ts'
import { dateTime } from '../times.ts'

/** Makes keys that sign commands, and says which keys this host obeys. */
export async function keys(call: Call): Promise<number> {
  const [verb = 'list', ...rest] = call.words
  const [name = '', publicKey = ''] = rest
  switch (`${verb} ${rest.length}`) {
    case 'list 0':
      return list(call)
    case 'new 1':
      return make(name, call)
    case 'trust 2':
      return trust(name, publicKey, call)
    default:
      throw new TroupeError('E_USAGE', `these words cannot stand behind keys ${verb}`, {
        hint: 'keys · keys new <name> · keys trust <name> <public key>',
      })
  }
}

/** The private half goes to a file of this user's, and nowhere else. */
async function make(name: string, { options, place }: Call): Promise<number> {
  const { screen, home, env } = place
  const key = newKeyPair(keyNameOrThrow(name))
  const file = await saveKey(home, key)
  const { kid, publicKey } = key
  if (options.json === true) {
    screen.print(JSON.stringify({ kid, name, publicKey, file }))
    return 0
  }
  screen.print(`key ${kid} made, private half in ${homeText(file, env)}`)
  screen.print(`on every host that shall obey it: troupe keys trust ${name} ${publicKey}`)
  return 0
}

async function trust(name: string, publicKey: string, { options, place }: Call): Promise<number> {
  publicKeyFrom(publicKey)
  const session = await openSession(place)
  const kid = kidOf(publicKey)
  const result = await session.ask('keys', [], { trust: { kid, name, publicKey } })
  if (options.json === true) place.screen.print(JSON.stringify(result))
  else place.screen.print(`this host obeys commands that ${name} signs with key ${kid}`)
  return 0
}

async function list({ options, place }: Call): Promise<number> {
  const { screen } = place
  const session = await openSession(place)
  const result = await session.ask('keys', [], {})
  if (options.json === true) screen.print(JSON.stringify(result))
  else if (result.keys.length > 0) screen.print(table(result.keys))
  else screen.note('no key is trusted here; make one with: troupe keys new <name>')
  return 0
}

function table(trusted: readonly TrustedKeyView[]): string {
  const rows = trusted.map(({ kid, name, publicKey, trustedAt }) => [
    kid,
    name,
    dateTime(new Date(trustedAt)),
    publicKey,
  ])
  return columns([['key', 'name', 'trusted at', 'public key'], ...rows])
}
