import type { Run } from './call.ts'

/** One verb of the command line, as its help tells it. */
export interface Verb {
  readonly name: string
  readonly aliases?: readonly string[]
  /** What stands behind it, in commander's spelling. */
  readonly words?: string
  readonly text: string
  readonly example: string
  /** For programs alone: in no help, and nothing that is completed. */
  readonly isHidden?: boolean
  readonly options?: readonly (readonly [flags: string, text: string])[]
  /** Only the verb that is called is loaded: each needs little, all of them much. */
  readonly load: () => Promise<Run>
}
