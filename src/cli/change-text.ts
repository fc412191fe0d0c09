import type { Change, FieldChange } from '../protocol/answers.ts'
import type { Palette } from './screen.ts'

/** What a plan does, a line each, and under a change what changes. */
export function planLines(changes: readonly Change[], paint: Palette): readonly string[] {
  if (changes.length === 0) return ['nothing to do: what is declared is so']
  return changes.flatMap((change) => linesOf(change, paint))
}

function linesOf(change: Change, paint: Palette): readonly string[] {
  switch (change.kind) {
    case 'create':
      return [paint.good(`+ ${change.service}`) + `  ${counted(change.instances)}`]
    case 'change': {
      const { service, how, why } = change
      const head = `${paint.busy(`~ ${service}`)}  ${how}${why === undefined ? '' : `: ${why}`}`
      return [head, ...change.fields.map((field) => fieldLine(field, paint))]
    }
    case 'scale':
      return [`${paint.busy(`~ ${change.service}`)}  ${change.from} → ${counted(change.to)}`]
    case 'start':
      return [`${paint.good(`+ ${change.service}`)}  starts: it is declared, and does not run`]
    case 'remove':
      return [`${paint.bad(`- ${change.service}`)}  stops and is forgotten`]
    case 'group':
      return [`${paint.busy(`~ group ${change.group}`)}  ${change.strategy}`]
  }
}

function fieldLine({ field, from, to, isShell }: FieldChange, paint: Palette): string {
  const where = isShell === true ? paint.faint('  (this shell)') : ''
  if (from === undefined) return `    ${paint.good('+')} ${field}${value(to)}${where}`
  if (to === undefined) return `    ${paint.bad('-')} ${field}${where}`
  const what = from === to ? '  changed' : `  ${from} → ${to}`
  return `    ${paint.busy('~')} ${field}${what}${where}`
}

/** What is not shown is not shown as stars either. */
function value(text: string | undefined): string {
  return text === undefined || text === '***' ? '' : `  ${text}`
}

function counted(instances: number): string {
  return `${instances} instance${instances === 1 ? '' : 's'}`
}
