import { startableFrom } from '../control/targets.ts'
import type { Outcome } from '../control/troupe.ts'
import { againByName } from './again-by-name.ts'
import type { Callback } from './calls.ts'
import { asPm2, isUnknown, unknownTarget } from './errors.ts'
import type { ProcessDescription } from './process-description.ts'
import { isRecord, type Link, type Options, packetIn, type Target } from './link.ts'
import { type ActedProcess, actedProcess, type ProcessHandle, processHandle } from './shapes.ts'

/** What most calls answer. */
export interface Success {
  readonly success: true
}

/** PM2's one answer where there is nothing else to tell. */
export const success: Success = { success: true }

/**
 * Declares and starts; a name that is known already is started again.
 *
 * @throws Error for a script that runs already under that name, unless it is forced
 */
export async function start(
  link: Link,
  what: unknown,
  options: Options,
): Promise<readonly ProcessHandle[]> {
  const troupe = await link.open()
  const isWord = typeof what === 'string' && startableFrom(what) !== 'declaration'
  const outcome =
    isWord && startableFrom(what) === 'service' && (await link.describe(what)).length > 0
      ? await troupe.command('restart', what, {})
      : await declare(link, what, options, isWord && options['force'] !== true)
  return handlesOf(link, outcome)
}

/** The processes that were started, as they are now. */
export async function handlesOf(
  link: Link,
  { instances }: Outcome,
): Promise<readonly ProcessHandle[]> {
  const ids = new Set(instances.map(({ id }) => id))
  return (await link.describe()).filter(({ pm_id }) => ids.has(pm_id)).map(processHandle)
}

async function declare(link: Link, what: unknown, options: Options, isOnce: boolean) {
  if (isOnce) await refuseSecond(link, what, options)
  return link.declare(what, options, 'restart')
}

async function refuseSecond(link: Link, what: unknown, options: Options): Promise<void> {
  const { services } = await link.read(what, options)
  const found = await Promise.all(services.map(({ name }) => link.called(name)))
  const isThere = found.flat().some(({ name, pm2_env: { pm_exec_path: path, status } }) => {
    const isSame = services.some((spec) => spec.name === name && spec.script === path)
    return isSame && (status === 'online' || status === 'launching')
  })
  if (isThere) throw new Error('Script already launched')
}

/** `stop` and `delete`. */
export async function act(
  link: Link,
  op: 'stop' | 'delete',
  target: Target,
): Promise<readonly ActedProcess[]> {
  const troupe = await link.open()
  const names = await link.namesOf(target)
  if (names.length === 0) return []
  const { instances } = await troupe.command(op, names, {}).catch(unknownTarget(target))
  return instances.map(actedProcess)
}

/** `restart` and `reload`: what is declared in the call is declared anew. */
export async function again(
  link: Link,
  op: 'restart' | 'reload',
  [target, options]: readonly [target: unknown, options: Options],
): Promise<readonly ActedProcess[]> {
  const { instances } = isDeclared(target)
    ? await link.declare(target, options, op)
    : await againByName(link, op, [String(target), options]).catch(unknownTarget(target))
  return instances.map(actedProcess)
}

/**
 * `count` is the number wanted, or `+n` and `-n`.
 *
 * @throws Error in PM2's words for an unknown name, and for a number that is there already
 */
export async function scale(link: Link, name: string, count: Target): Promise<Success> {
  const troupe = await link.open()
  const has = (await link.called(name)).length
  if (has === 0) throw new Error('App not found')
  const wanted = String(count)
  if (!/^[+-]/.test(wanted) && Number(wanted) === has) throw new Error('Same process number')
  await troupe.command('scale', name, { to: wanted })
  return success
}

/**
 * Restart counts begin at 0 again.
 *
 * @throws Error `Unknown process name`
 */
export async function reset(link: Link, target: Target): Promise<Success> {
  const troupe = await link.open()
  await troupe.command('reset', String(target), {}).catch(asPm2('Unknown process name'))
  return success
}

/**
 * Sends a signal by its name to every process that is meant.
 *
 * @throws Error in PM2's words when there is none, other ones for an id than for a name
 */
export async function signal(
  link: Link,
  name: string,
  target: Target,
): Promise<readonly ActedProcess[]> {
  const troupe = await link.open()
  const id = /^\d+$/.test(String(target))
  const { instances } = await troupe
    .command('signal', String(target), { signal: name })
    .catch(asPm2(id ? `${target} id unknown` : 'Unknown process name'))
  return instances.map(actedProcess)
}

/** @throws Error for a packet that PM2 would not send either */
export async function sendData(
  link: Link,
  given: readonly unknown[],
): Promise<Success & { readonly data: unknown }> {
  const packet = packetIn(given)
  const troupe = await link.open()
  const id = String(packet['id'])
  await troupe
    .command('send', id, { data: packet })
    .catch(asPm2(`Process with ID <${id}> unknown.`))
    .catch((thrown: unknown) => asOffline(link, id, thrown))
  return { ...success, data: packet }
}

/** Nothing listens where nothing runs; PM2 has its own words for that. */
async function asOffline(link: Link, id: string, thrown: unknown): Promise<never> {
  const processes = await link.called(id)
  const isOffline = processes.length > 0 && processes.every(({ pid }) => pid === 0)
  if (!isOffline) throw thrown
  throw new Error(`Process with ID <${id}> offline.`, { cause: thrown })
}

/** Empties logs; PM2 answers the whole list, also where nobody is called so. */
export async function flush(
  link: Link,
  target: Target = 'all',
): Promise<readonly ProcessDescription[]> {
  const troupe = await link.open()
  const all = await link.describe()
  await troupe.command('flush', String(target), {}).catch((thrown: unknown) => {
    if (!isUnknown(thrown)) throw thrown
  })
  return all
}

/** The options in front of a callback; none for whatever is no object, as PM2 takes it. */
export function optionsIn([options]: readonly unknown[]): Options {
  return isRecord(options) ? options : {}
}

/** A name or an id; undefined for anything else that a program may have passed. */
export function targetIn([target]: readonly unknown[]): Target | undefined {
  return typeof target === 'string' || typeof target === 'number' ? target : undefined
}

/** An app, several, or the name of a file with some. */
function isDeclared(target: unknown): boolean {
  if (isRecord(target)) return true
  return typeof target === 'string' && startableFrom(target) === 'declaration'
}

/** A callback that hears of processes that something was done to. */
export type Acted = Callback<readonly ActedProcess[]>
