import { describeExit } from '../base/exit.ts'
import { showMillis } from '../base/units.ts'
import { parseLaunchId } from '../process/launch-id.ts'
import type { LifecycleEvent } from '../protocol/envelope.ts'
import { type EventData, type EventType, shortType } from '../protocol/events.ts'
import type { Story, StoryLine } from '../protocol/answers.ts'
import type { InstanceView } from '../protocol/views.ts'

/** A chain longer than this says no more. */
const longestStory = 20
/** How many earlier ends are told of a service that was given up or waits. */
const earlierEnds = 5

/**
 * How an instance came to its state: its newest event, what caused that, and so on back
 * to somebody's command or to something nobody asked for.
 *
 * @param events of this host, oldest first
 */
export function tellStory(view: InstanceView, events: readonly LifecycleEvent[], now: Date): Story {
  const mine = events.filter(({ data }) => data.service === view.service && data.slot === view.slot)
  const byId = new Map(events.map((event) => [event.id, event]))
  const begin = beginningOf(view, mine)
  const chain = chainOf(begin, byId, mine)
  const told = [...inVain(view, begin, events), ...chain, ...earlier(view, chain, mine)]
  return {
    subject: `${view.service}#${view.slot}`,
    headline: headline(view, now),
    lines: told.flatMap((event) => lineOf(event, view)),
  }
}

/** Beside the process that runs, another of the slot may have come and gone. */
function beginningOf(
  { launchId }: InstanceView,
  mine: readonly LifecycleEvent[],
): LifecycleEvent | undefined {
  const current = launchId === undefined ? undefined : parseLaunchId(launchId).incarnation
  const ofCurrent = mine.findLast(
    (each) => isTold(each) && each.data.incarnation === current && !isRequest(each),
  )
  return ofCurrent ?? mine.findLast(isTold)
}

/** A reload that came to nothing since. */
function inVain(
  { service }: InstanceView,
  since: LifecycleEvent | undefined,
  events: readonly LifecycleEvent[],
): readonly LifecycleEvent[] {
  const later = events.slice(since === undefined ? 0 : events.indexOf(since) + 1)
  const over = later.findLast(
    ({ type, data }) => data.service === service && shortType(type)?.startsWith('reload.') === true,
  )
  const isInVain = over !== undefined && vain.includes(shortType(over.type))
  return isInVain ? [over] : []
}

const vain: readonly (string | undefined)[] = ['reload.rolled_back', 'reload.halted']

function chainOf(
  last: LifecycleEvent | undefined,
  byId: ReadonlyMap<string, LifecycleEvent>,
  mine: readonly LifecycleEvent[],
): readonly LifecycleEvent[] {
  const chain: LifecycleEvent[] = []
  for (let at = last; at !== undefined && chain.length < longestStory;) {
    chain.push(at)
    at = at.causationid === undefined ? beforeAdoption(at, mine) : byId.get(at.causationid)
  }
  return chain
}

/** A new manager changes nothing: what it took over came about as it had before. */
function beforeAdoption(
  event: LifecycleEvent,
  mine: readonly LifecycleEvent[],
): LifecycleEvent | undefined {
  if (shortType(event.type) !== 'instance.adopted') return undefined
  return mine.slice(0, mine.indexOf(event)).findLast(isTold)
}

/** The ends before the last one, where they are why it no longer runs. */
function earlier(
  { state }: InstanceView,
  chain: readonly LifecycleEvent[],
  mine: readonly LifecycleEvent[],
): readonly LifecycleEvent[] {
  if (state !== 'errored' && state !== 'backoff') return []
  const told = new Set(chain)
  return mine
    .filter((event) => shortType(event.type) === 'instance.exited' && !told.has(event))
    .slice(-earlierEnds)
    .toReversed()
}

function headline(view: InstanceView, now: Date): string {
  const who = `${view.service}#${view.slot} is ${view.state}`
  if (view.state === 'online' && view.onlineSince !== undefined) {
    const since = new Date(view.onlineSince)
    return `${who} since ${clockTime(since, now)} (pid ${view.pid ?? 'unknown'})`
  }
  if (view.dueAt !== undefined) {
    const inMs = Math.max(0, view.dueAt - now.getTime())
    return `${who}: tries again in ${showMillis(inMs)}`
  }
  return view.why === undefined ? who : `${who}: ${view.why}`
}

/** The time alone on the same day, with the date before it otherwise. Local time, as a person's clock shows it. */
function clockTime(at: Date, now: Date): string {
  const pad = (part: number): string => String(part).padStart(2, '0')
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(pad).join(':')
  if (at.toDateString() === now.toDateString()) return time
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ${time}`
}

/** A request has the number of the launch before the one it asks for. */
function isRequest({ type }: LifecycleEvent): boolean {
  return shortType(type) === 'instance.requested'
}

function isTold(event: LifecycleEvent): boolean {
  const type = shortType(event.type)
  return type !== undefined && Object.hasOwn(phrases, type)
}

function lineOf(event: LifecycleEvent, view: InstanceView): readonly StoryLine[] {
  const type = shortType(event.type)
  const phrase = type === undefined ? undefined : phrases[type as EventType]
  if (phrase === undefined) return []
  // Events are read back from where this program wrote them: `data` has the shape of its type.
  const { what, text } = phrase(event.data as never, event)
  return [{ at: event.time, what, text: `${whose(event, view)}${text}`, eventId: event.id }]
}

/** What befell somebody else led here: it must not read as one's own. */
function whose({ data: { service, slot } }: LifecycleEvent, view: InstanceView): string {
  if (service === undefined || slot === undefined) return ''
  return service === view.service && slot === view.slot ? '' : `${service}#${slot}: `
}

interface Phrase {
  readonly what: string
  readonly text: string
}

type Phrases = {
  readonly [T in EventType]?: (data: EventData[T], event: LifecycleEvent) => Phrase
}

/** Events that explain a state. The others (spawned, stable, …) are steps on the way. */
const phrases: Phrases = {
  'instance.online': ({ bootMs }) => ({
    what: 'online',
    text: `${Math.round(bootMs)} ms after spawning`,
  }),
  'instance.adopted': ({ pid }) => ({
    what: 'adopted',
    text: `by a new manager, still pid ${pid}`,
  }),
  'instance.backoff': ({ why, delayMs }) => ({
    what: delayMs === 0 ? 'restarted' : 'backoff',
    text: why,
  }),
  'instance.exited': (data) => ({ what: 'exited', text: endOf(data) }),
  'instance.errored': ({ why }) => ({ what: 'given up', text: why }),
  'instance.start_failed': ({ why, hint }) => ({
    what: 'no start',
    text: hint === undefined ? why : `${why} (${hint})`,
  }),
  'instance.waiting': ({ why }) => ({ what: 'waits', text: why }),
  'instance.completed': ({ why }) => ({ what: 'completed', text: why }),
  'instance.restarting': ({ why }, { data }) => ({
    what: 'restart',
    text: why === 'asked' ? askedBy(data.by, why) : why,
  }),
  'instance.requested': (_, { data }) => ({ what: 'start', text: askedBy(data.by, 'by itself') }),
  'instance.stopping': ({ signal, pid }, { data }) => ({
    what: 'stopping',
    text: `${signal} to pid ${pid}${data.by === undefined ? '' : `, asked by ${data.by}`}`,
  }),
  'instance.killing': () => ({ what: 'killing', text: 'SIGKILL, the grace was over' }),
  'instance.stuck': ({ survivors }) => ({
    what: 'stuck',
    text: `cannot be killed: ${survivors.map(({ pid, state }) => `pid ${pid} (${state})`).join(', ')}`,
  }),
  'instance.ready_timeout': ({ timeoutMs }) => ({
    what: 'too late',
    text: `was not ready within ${showMillis(timeoutMs)}`,
  }),
  'instance.unhealthy': ({ why }) => ({ what: 'unwell', text: why }),
  'instance.hook_failed': ({ hook, why }) => ({ what: 'hook', text: `${hook} failed: ${why}` }),
  'reload.started': ({ why }, { data }) => ({
    what: 'reload',
    text: why ?? askedBy(data.by, 'asked'),
  }),
  'reload.rolled_back': ({ why }) => ({ what: 'reload', text: `rolled back: ${why}` }),
  'reload.halted': ({ why }) => ({ what: 'reload', text: `halted: ${why}` }),
  'group.restarting': ({ strategy, trigger }) => ({
    what: 'group',
    text: `${strategy}: restarts with ${trigger}`,
  }),
  'group.exhausted': ({ max, windowMs }) => ({
    what: 'group',
    text: `gave up: more than ${max} failures within ${showMillis(windowMs)}`,
  }),
  'command.accepted': ({ op }, { data }) => ({
    what: 'command',
    text: `${op}, by ${data.by ?? 'nobody'}`,
  }),
}

function askedBy(by: string | undefined, otherwise: string): string {
  return by === undefined ? otherwise : `asked by ${by}`
}

function endOf(data: EventData['instance.exited']): string {
  const parts = [`${describeExit(data.exit)}${whoEndedIt(data)}`]
  if (data.observedLate) parts.push('while no manager watched')
  if (data.note !== undefined) parts.push(data.note)
  const last = data.lastLogLines.at(-1)
  if (last !== undefined && !data.planned) parts.push(`last line: "${last.slice(0, 200)}"`)
  return parts.join(' · ')
}

function whoEndedIt({ class: why, planned }: EventData['instance.exited']): string {
  if (planned) return ', as asked'
  if (why === 'oom') return ', the kernel was out of memory'
  return why === 'signal' ? ', sent by nobody we know' : ''
}
