import { nearest } from '../../base/nearest.ts'
import { TroupeError } from '../../base/errors.ts'
import type { Params, Result } from '../../protocol/operations.ts'
import type { Call } from '../call.ts'
import { columns } from '../columns.ts'
import { openSession } from '../session.ts'

type Change =
  | { readonly kind: 'list' }
  | { readonly kind: 'get'; readonly name: string }
  | { readonly kind: 'change'; readonly params: Params<'config'> }

/** Shows and changes the settings of this home. */
export async function config({ words, options, place }: Call): Promise<number> {
  const { screen } = place
  const change = read(words)
  const session = await openSession(place)
  const result = await session.ask('config', [], change.kind === 'change' ? change.params : {})
  const text = options.json === true ? JSON.stringify(answer(change, result)) : show(change, result)
  if (text !== '') screen.print(text)
  else screen.note('no setting is set; such as: troupe config set redis.url redis://127.0.0.1:6379')
  for (const note of options.json === true ? [] : result.notes) screen.note(note)
  return 0
}

function read([verb = 'list', ...rest]: readonly string[]): Change {
  const [name = '', value = ''] = rest
  switch (`${verb} ${rest.length}`) {
    case 'list 0':
      return { kind: 'list' }
    case 'get 1':
      return { kind: 'get', name }
    case 'set 2':
      return { kind: 'change', params: { set: { [name]: value } } }
    case 'unset 1':
      return { kind: 'change', params: { unset: [name] } }
    default:
      throw new TroupeError('E_USAGE', `these words cannot stand behind config ${verb}`, {
        hint: 'config · config get <name> · config set <name> <value> · config unset <name>',
      })
  }
}

function answer(change: Change, result: Result<'config'>): unknown {
  return change.kind === 'get' ? valueOf(change.name, result) : result
}

function show(change: Change, result: Result<'config'>): string {
  if (change.kind === 'get') return valueOf(change.name, result)
  return columns(Object.entries(result.config))
}

function valueOf(name: string, { config: settings }: Result<'config'>): string {
  const value = settings[name]
  if (value !== undefined) return value
  const meant = nearest(name, Object.keys(settings))
  throw new TroupeError('E_CONFIG', `${name} is not set`, {
    hint: meant.length > 0 ? `did you mean ${meant.join(' or ')}?` : 'see: troupe config',
  })
}
