import type { Story } from '../protocol/answers.ts'
import { columns } from './columns.ts'
import type { Palette } from './screen.ts'
import { clockTime } from './times.ts'

/** A headline, and below it what led there, newest first. */
export function storyText(
  { headline, lines }: Story,
  { paint, now }: { readonly paint: Palette; readonly now: Date },
): string {
  const rows = lines.map(({ at, what, text }) => [
    `  ${paint.faint(clockTime(new Date(at), now))}`,
    what,
    text,
  ])
  return rows.length === 0 ? paint.title(headline) : `${paint.title(headline)}\n${columns(rows)}`
}
