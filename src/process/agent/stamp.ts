/** Tests of a service may put another clock there; the agent keeps the one that it was born with. */
const { Date: Calendar } = globalThis

/** A piece of the time, in the words of day.js. */
export type TimeToken = 'YYYY' | 'MM' | 'DD' | 'HH' | 'mm' | 'ss' | 'SSS' | 'Z'

/** A time format, in pieces. */
export type TimeFormat = readonly ({ readonly token: TimeToken } | { readonly text: string })[]

/** What is written with each line of a service. */
export type Stamp =
  /** `<time>: <line>` */
  | { readonly kind: 'text'; readonly format: TimeFormat }
  /** One object a line, as PM2 names its members; without a format its time is ISO 8601. */
  | {
      readonly kind: 'json'
      readonly format?: TimeFormat
      readonly app: string
      readonly id: number
    }

const tokens: { readonly [T in TimeToken]: (at: Date) => string } = {
  YYYY: (at) => digits(at.getFullYear(), 4),
  MM: (at) => digits(at.getMonth() + 1, 2),
  DD: (at) => digits(at.getDate(), 2),
  HH: (at) => digits(at.getHours(), 2),
  mm: (at) => digits(at.getMinutes(), 2),
  ss: (at) => digits(at.getSeconds(), 2),
  SSS: (at) => digits(at.getMilliseconds(), 3),
  Z: offset,
}

/** The time on the clock of the machine, even where a test of the service has put another in its place. */
export function now(): Date {
  return new Calendar()
}

/** A time as the format says, in the time zone of the service. */
export function timeText(at: Date, format: TimeFormat): string {
  return format.map((piece) => ('text' in piece ? piece.text : tokens[piece.token](at))).join('')
}

function offset(at: Date): string {
  const east = -at.getTimezoneOffset()
  const minutes = Math.abs(east)
  const sign = east < 0 ? '-' : '+'
  return `${sign}${digits(Math.floor(minutes / 60), 2)}:${digits(minutes % 60, 2)}`
}

function digits(number: number, width: number): string {
  return String(number).padStart(width, '0')
}
