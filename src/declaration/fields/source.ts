import { active } from '../field.ts'
import { commands, duration, truth } from '../kinds.ts'
import type { ActiveFields } from '../values.ts'

/** What git knows of a service, and updates through it. */
export const source: Pick<ActiveFields, 'vizion' | 'post_update' | 'exec_timeout'> = {
  vizion: {
    kind: truth,
    doc: 'Shows revision, branch and remote of the source, as git knows them. False: not even asked.',
    fallback: true,
    standing: active,
  },
  post_update: {
    kind: commands('"npm ci"'),
    doc: 'Shell commands that `pull`, `forward` and `backward` run in cwd, in order, before they reload; the first that fails takes the update back.',
    fallback: [],
    standing: active,
  },
  exec_timeout: {
    kind: duration(1),
    doc: 'How long each command of `post_update` may take.',
    fallback: 60_000,
    standing: active,
  },
}
