import type { Call } from './call.ts'

/** `--grace`, as the operations take it that end processes. */
export function graceIn({ options: { grace } }: Call): { readonly grace?: string } {
  return grace === undefined ? {} : { grace }
}
