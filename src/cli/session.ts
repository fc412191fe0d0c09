import { sleep } from '../base/clock.ts'
import { TroupeError } from '../base/errors.ts'
import type { Client } from '../control/client.ts'
import { whenLeft } from '../control/lock.ts'
import { request } from '../control/request.ts'
import { targetsFrom } from '../control/targets.ts'
import { channelsOf } from '../protocol/names.ts'
import type { Op, Params, Result } from '../protocol/operations.ts'
import type { Place } from './call.ts'
import { hostText, homeText } from './host-text.ts'

/** A connection to the manager, for the length of one verb. */
export interface Session {
  readonly client: Client
  /** Sends one command to this host and waits for its result. */
  ask<O extends Op>(
    op: O,
    services: readonly string[],
    params: Params<O>,
    onProgress?: (value: unknown) => void,
  ): Promise<Result<O>>
}

/** Connects to the manager; where none runs, starts one and says so first. */
export async function openSession({ door, screen, env }: Place): Promise<Session> {
  const { client, isNew } = await door.ensure()
  const session = sessionOver(client)
  if (!isNew) return session
  const host = await session.ask('ping', [], {})
  screen.note(`manager started · home ${homeText(host.home, env)} · ${hostText(host)}`)
  return session
}

/** Connects to the manager, if there is one. */
export async function findSession({ door }: Place): Promise<Session | undefined> {
  const client = await door.find()
  return client === undefined ? undefined : sessionOver(client)
}

/** @throws TroupeError `E_MANAGER_UNREACHABLE` where no manager runs; none is started */
export async function needSession(place: Place): Promise<Session> {
  const session = await findSession(place)
  if (session !== undefined) return session
  throw new TroupeError('E_MANAGER_UNREACHABLE', noManager(place), {
    hint: 'start one with: troupe ping',
  })
}

/** What is said when nobody opens, with the home it was looked for in. */
export function noManager({ home, env }: Pick<Place, 'home' | 'env'>): string {
  return `no manager runs at ${homeText(home.dir, env)}`
}

function sessionOver(client: Client): Session {
  const { ns, host } = client.greeting
  const channel = channelsOf(ns).host(host)
  return {
    client,
    ask: (op, services, params, onProgress) =>
      request(client, {
        ns,
        channel,
        op,
        services: targetsFrom(services),
        params,
        ...(onProgress === undefined ? {} : { onProgress }),
      }),
  }
}

const partingMs = 5_000

/** Resolves once a manager that said it leaves is gone: the next verb finds its home left, and whoever removes it, empties it. */
export async function afterParting({ client }: Session, { clock, home }: Place): Promise<void> {
  await Promise.race([client.closed, sleep(clock, partingMs)])
  await whenLeft(home, clock, partingMs)
}
