import { TroupeError } from '../base/errors.ts'
import { parseMillis } from '../base/units.ts'

const dayMs = 86_400_000

/** `14:02:31.402` on a person's clock; with the date before it when that is not today's. */
export function clockTime(at: Date, now: Date): string {
  const time = `${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}.${String(at.getMilliseconds()).padStart(3, '0')}`
  return at.toDateString() === now.toDateString() ? time : `${dateText(at)} ${time}`
}

/** `2026-11-23 14:02:31`, or in a format of PM2's such as `HH:mm:ss.SSS`. */
export function dateTime(at: Date, format: string | true = true): string {
  if (format !== true) return dateInFormat(at, format)
  return `${dateText(at)} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`
}

function dateInFormat(at: Date, format: string): string {
  const parts: Readonly<Record<string, string>> = {
    YYYY: String(at.getFullYear()),
    MM: two(at.getMonth() + 1),
    DD: two(at.getDate()),
    HH: two(at.getHours()),
    mm: two(at.getMinutes()),
    ss: two(at.getSeconds()),
    SSS: String(at.getMilliseconds()).padStart(3, '0'),
  }
  return format.replaceAll(/YYYY|MM|DD|HH|mm|SSS|ss/g, (part) => parts[part] ?? part)
}

/** `52s`, `3m`, `2h`, `5d`: how long something has been up, as short as a column. */
export function shortSpan(ms: number): string {
  if (ms < 60_000) return `${Math.max(0, Math.floor(ms / 1_000))}s`
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)}m`
  return ms < dayMs ? `${Math.floor(ms / 3_600_000)}h` : `${Math.floor(ms / dayMs)}d`
}

/**
 * Reads `10m` (ago) or a date such as `2026-11-23T14:00`, as ms since 1970.
 *
 * @throws TroupeError `E_USAGE`
 */
export function parseSince(text: string, now: Date): number {
  const ago = /^\d+(\.\d+)?(ms|s|m|h|d)$/.test(text) ? parseMillis(text) : undefined
  if (ago !== undefined) return Math.floor(now.getTime() - ago)
  const at = /^\d{4}-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(at)) return at
  throw new TroupeError('E_USAGE', `--since: expected a time, got "${text}"`, {
    hint: 'such as 10m, 2h, or 2026-11-23T14:00',
  })
}

function dateText(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

function two(part: number): string {
  return String(part).padStart(2, '0')
}
