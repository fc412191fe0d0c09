import { envFilter } from '../env-filter.ts'
import { active } from '../field.ts'
import { text, truth } from '../kinds.ts'
import type { ActiveFields } from '../values.ts'
import { variables } from '../variables.ts'

const variableName = text('the name of a variable')

/** What a process finds in its environment. `env_<name>` stands outside the table: its name is open. */
export const environment: Pick<
  ActiveFields,
  | 'env'
  | 'filter_env'
  | 'instance_var'
  | 'increment_var'
  | 'source_map_support'
  | 'disable_source_map_support'
  | 'next_gen_js'
  | 'append_env_to_name'
> = {
  env: {
    kind: variables,
    doc: 'Variables of the service, over those of the shell that starts it.',
    fallback: {},
    standing: active,
  },
  filter_env: {
    kind: envFilter,
    doc: 'Variables of the shell that the service does not get: one by its name, several by parts of their names, or with `true` all but what programs need (PATH, HOME, USER, LOGNAME, SHELL, TMPDIR, LD_LIBRARY_PATH, language and time zone). What is declared is never filtered.',
    standing: active,
  },
  instance_var: {
    kind: variableName,
    doc: 'The variable that tells an instance its number.',
    fallback: 'NODE_APP_INSTANCE',
    standing: active,
  },
  increment_var: {
    kind: variableName,
    doc: 'A variable that is one more in each instance: what `env` says in the first, or 0.',
    standing: active,
  },
  source_map_support: {
    kind: truth,
    doc: 'Stack traces of Node point at the sources, by `--enable-source-maps`.',
    fallback: true,
    standing: active,
  },
  disable_source_map_support: {
    kind: truth,
    doc: 'Stack traces of Node point at the compiled files.',
    fallback: false,
    standing: active,
  },
  next_gen_js: {
    kind: truth,
    doc: 'Runs TypeScript and modern syntax through the tsx of the project, or by Node itself where that can; which, is said.',
    fallback: false,
    standing: active,
  },
  append_env_to_name: {
    kind: truth,
    doc: 'With `--env production` the name becomes `<name>-production`.',
    fallback: false,
    standing: active,
  },
}
