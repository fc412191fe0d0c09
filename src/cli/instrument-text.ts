import type { InstanceDetail } from '../protocol/views.ts'

type Instruments = NonNullable<InstanceDetail['instruments']>

/** Actions that can be triggered, and metrics as they stand, as rows; texts of a service are cut to a line. */
export function instrumentRows({ actions, metrics }: Instruments): {
  readonly actions: readonly (readonly string[])[]
  readonly metrics: readonly (readonly string[])[]
} {
  return {
    actions: actions.map(({ name, type }) => [line(name), type === 'custom' ? '' : line(type)]),
    metrics: Object.entries(metrics).map(([name, { value, unit }]) => [
      line(name),
      [line(value), line(unit)].join(' ').trim(),
    ]),
  }
}

const most = 60

function line(said: unknown): string {
  if (said === undefined || said === null) return ''
  const text = typeof said === 'string' ? said : JSON.stringify(said)
  // What a service says must not drive the terminal.
  const plain = text.replaceAll(/\p{Cc}+/gu, ' ')
  return plain.length > most ? `${plain.slice(0, most)}…` : plain
}
