import { messageOf } from '../base/errors.ts'
import { nearest } from '../base/nearest.ts'
import type { Command } from '../protocol/command.ts'
import { selects } from '../protocol/host-selector.ts'
import type { Address } from '../protocol/names.ts'
import { operations, type ServiceTarget } from '../protocol/operations.ts'
import { rejected, type Rejection } from '../protocol/replies.ts'
import { spellTarget } from '../protocol/shorthand.ts'
import { show } from '../protocol/untyped.ts'

/** Who hears commands. */
export interface Here {
  readonly host: string
  readonly labels: Readonly<Record<string, string>>
  /**
   * The names of the services that a name, `all`, an id, a `/regex/` or a namespace means
   * here; none: it means nothing. Throws when it cannot mean anything anywhere.
   */
  resolve(target: ServiceTarget): readonly string[]
  /** Every service, for suggestions. */
  names(): readonly string[]
}

/** Whether a command is meant for this host, and which of its services it touches. */
export type Addressee =
  | {
      readonly kind: 'here'
      /** As they were asked for; none: the host itself. */
      readonly services: readonly ServiceTarget[]
      /** The names of all services that are meant by that. */
      readonly touches: readonly string[]
    }
  /** Others may be meant: the rejection is for when nobody else could answer. */
  | { readonly kind: 'elsewhere'; readonly rejection: Rejection }
  | { readonly kind: 'nobody'; readonly rejection: Rejection }

/** Whether a command that came over the channel at `address` is for this host, and for which services. */
export function addressee(command: Command, address: Address, here: Here): Addressee {
  const { op, hosts } = command
  const isSelected = hosts === undefined || selects(hosts, here.host, here.labels)
  if (!isThisHost(address, here) || !isSelected) {
    const message = `${op} is not meant for this host, which is ${here.host}`
    return { kind: 'elsewhere', rejection: rejected('unknown_service', message, { op }) }
  }
  try {
    return address.kind === 'service'
      ? onServiceChannel(command, address.service, here)
      : onSharedChannel(command, address, here)
  } catch (thrown) {
    return nobody(rejected('bad_message', messageOf(thrown), { op }))
  }
}

function isThisHost(address: Address, { host, labels }: Here): boolean {
  if (address.kind === 'host') return address.host === host
  if (address.kind !== 'label') return true
  return Object.hasOwn(labels, address.key) && labels[address.key] === address.value
}

/** A Redis ACL may let somebody speak on this one channel alone, so it commands this one service alone. */
function onServiceChannel(command: Command, service: string, here: Here): Addressee {
  const { op } = command
  const asked = command.services.length === 0 ? [{ name: '' }] : command.services
  const services = asked.map((each) => ({ ...each, name: each.name || service }))
  const other = services.find(({ name }) => name !== service)
  if (other !== undefined) {
    const message = `this channel commands ${show(service)} alone, not ${show(other.name)}`
    return nobody(rejected('forbidden', message, { op }))
  }
  const stranger = services.find((each) => !here.resolve(each).includes(service))
  if (stranger !== undefined) return nobody(unknown(command, stranger, here))
  return { kind: 'here', services, touches: [service] }
}

function onSharedChannel(command: Command, address: Address, here: Here): Addressee {
  const { op, services } = command
  if (services.length === 0 && operations[op].needsService) {
    const message = `${op} needs a service: "${op} <service>", or "${op} all"`
    return nobody(rejected('bad_message', message, { op }))
  }
  const resolved = services.map((target) => ({ target, touches: here.resolve(target) }))
  const own = resolved.filter(({ touches }) => touches.length > 0)
  const stranger = resolved.find(({ touches }) => touches.length === 0)?.target
  // Of a broadcast, every host takes what is its own.
  const isEnough = address.kind !== 'host' && own.length > 0
  if (stranger !== undefined && !isEnough) {
    const kind = address.kind === 'host' ? 'nobody' : 'elsewhere'
    return { kind, rejection: unknown(command, stranger, here) }
  }
  return {
    kind: 'here',
    services: own.map(({ target }) => target),
    touches: [...new Set(own.flatMap(({ touches }) => touches))],
  }
}

function nobody(rejection: Rejection): Addressee {
  return { kind: 'nobody', rejection }
}

function unknown({ op }: Command, target: ServiceTarget, here: Here): Rejection {
  const { host } = here
  const names = here.names()
  if (names.length === 0) {
    const message = `no service is declared on ${host}, so ${show(spellTarget(target))} is none`
    return rejected('unknown_service', message, { op })
  }
  const [didyoumean] = nearest(target.name.slice(0, 80), names)
  const message = `no service on ${host} is called ${show(spellTarget(target))}`
  // The name itself is known where only the slot is wrong.
  const isHelpful = didyoumean !== undefined && didyoumean !== target.name
  return rejected('unknown_service', message, isHelpful ? { op, didyoumean } : { op })
}
