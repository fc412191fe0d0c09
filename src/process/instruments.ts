/**
 * What a service offers to whoever looks after it, said through `process.send` in the words of `@pm2/io`
 * (PM2-BEHAVIOUR §8): actions that can be asked for, metrics, and options of the library that says so.
 */
export interface Instruments {
  /** Newest last. */
  readonly actions: readonly OfferedAction[]
  /** By name; newest last. */
  readonly metrics: Readonly<Record<string, Metric>>
  readonly options: Readonly<Record<string, unknown>>
}

/** Something that a service does when it is told the name. */
export interface OfferedAction {
  readonly name: string
  /** `custom`, or what a library brings along, such as `internal`. */
  readonly type?: string
  /** Parameters of its function; two take a parameter and the way to answer. */
  readonly arity?: number
  readonly opts?: unknown
}

/** A number or text with a name, as the service said it: `unit`, `type` and `historic` are usual. */
export interface Metric {
  readonly value: unknown
  readonly unit?: unknown
  readonly [more: string]: unknown
}

/** What one process may leave with its manager. */
export interface InstrumentBounds {
  readonly actions: number
  readonly metrics: number
  readonly options: number
  /** Of everything together, as JSON: whatever would go beyond is not taken. */
  readonly chars: number
}

const defaultBounds: InstrumentBounds = {
  actions: 100,
  metrics: 200,
  options: 100,
  chars: 64 * 1024,
}

/** What is known of a process that has said nothing. */
export const noInstruments: Instruments = { actions: [], metrics: {}, options: {} }

/** What is known after a message of the service; undefined when the message is about something else. */
export function afterMessage(
  known: Instruments,
  message: unknown,
  bounds: InstrumentBounds = defaultBounds,
): Instruments | undefined {
  if (!isRecord(message)) return undefined
  const { type, data } = message
  const next = isRecord(data) ? taken(known, String(type), data, bounds) : undefined
  if (next === undefined) return isAboutInstruments(type) ? known : undefined
  return JSON.stringify(next).length > bounds.chars ? known : next
}

function isAboutInstruments(type: unknown): boolean {
  return type === 'axm:action' || type === 'axm:monitor' || type === 'axm:option:configuration'
}

function taken(
  known: Instruments,
  type: string,
  data: Readonly<Record<string, unknown>>,
  bounds: InstrumentBounds,
): Instruments | undefined {
  switch (type) {
    case 'axm:action':
      return { ...known, actions: withAction(known.actions, data).slice(-bounds.actions) }
    case 'axm:monitor': {
      const metrics = Object.fromEntries(
        Object.entries(data).map(([name, said]) => [name, asMetric(said)]),
      )
      return { ...known, metrics: merged(known.metrics, metrics, bounds.metrics) }
    }
    case 'axm:option:configuration':
      return { ...known, options: merged(known.options, data, bounds.options) }
    default:
      return undefined
  }
}

function withAction(
  known: readonly OfferedAction[],
  { action_name: name, action_type: type, arity, opts }: Readonly<Record<string, unknown>>,
): readonly OfferedAction[] {
  if (typeof name !== 'string' || name === '') return known
  const action: OfferedAction = {
    name,
    ...(typeof type === 'string' ? { type } : {}),
    ...(typeof arity === 'number' ? { arity } : {}),
    ...(opts === undefined || opts === null ? {} : { opts }),
  }
  return [...known.filter((each) => each.name !== name), action]
}

/** Several copies of a library in one process each say what they measure. Beyond `most`, what was said longest ago goes. */
function merged<T>(
  known: Readonly<Record<string, T>>,
  said: Readonly<Record<string, T>>,
  most: number,
): Readonly<Record<string, T>> {
  const kept = Object.entries(known).filter(([name]) => !Object.hasOwn(said, name))
  return Object.fromEntries([...kept, ...Object.entries(said)].slice(-most))
}

function asMetric(said: unknown): Metric {
  return isRecord(said) ? { value: undefined, ...said } : { value: said }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
