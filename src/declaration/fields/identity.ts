import { active, type Field, informs, moot } from '../field.ts'
import { count, execMode, serviceName, text, truth, wholeNumber, words } from '../kinds.ts'
import type { ActiveFields } from '../values.ts'

/** As far as Node goes. */
const systemId = wholeNumber(0, 2 ** 31 - 1).type

/** What runs, how often, and what it is called. */
export const identity: Pick<
  ActiveFields,
  | 'script'
  | 'name'
  | 'name_prefix'
  | 'namespace'
  | 'cwd'
  | 'args'
  | 'exec_interpreter'
  | 'node_args'
  | 'exec_mode'
  | 'instances'
  | 'execute_command'
  | 'autostart'
  | 'port'
  | 'uid'
  | 'gid'
> = {
  script: {
    kind: text('a path, a command or a shell line'),
    aliases: ['exec', 'cmd', 'command'],
    doc: 'What runs: a path from cwd, a command on the PATH, or a shell line (anything with a space that is no file).',
    standing: active,
  },
  name: {
    kind: serviceName,
    doc: 'What the service is called, everywhere. Default: the name of the script without its extension.',
    standing: active,
  },
  name_prefix: {
    kind: text('text'),
    doc: 'Makes the name `prefix:name`.',
    standing: active,
  },
  namespace: {
    kind: text('the name of a group'),
    doc: 'The group that the service belongs to.',
    fallback: 'default',
    standing: active,
  },
  cwd: {
    kind: text('the path of a directory'),
    doc: 'The directory the service starts in. Default: the directory of the declaration.',
    standing: active,
  },
  args: {
    kind: words('["--port", "3000"]'),
    aliases: ['script_args'],
    doc: 'Arguments for the script.',
    fallback: [],
    standing: active,
  },
  exec_interpreter: {
    kind: text('a command such as "node", or "none"'),
    aliases: ['interpreter'],
    doc: 'What runs the script; `none` executes it directly. Default: by the extension of the script.',
    standing: active,
  },
  node_args: {
    kind: words('["--enable-source-maps"]'),
    aliases: ['interpreter_args'],
    doc: 'Arguments for the interpreter.',
    fallback: [],
    standing: active,
  },
  exec_mode: {
    kind: execMode,
    doc: '`fork`: one independent process for each instance. `cluster`: Node processes that share their ports.',
    standing: active,
  },
  instances: {
    kind: count,
    doc: 'How many processes. `max` or 0: one for each processor; -1: one fewer than that.',
    standing: active,
  },
  execute_command: {
    kind: truth,
    doc: 'Always fork mode.',
    fallback: false,
    standing: active,
  },
  autostart: {
    kind: truth,
    doc: 'False: the service is declared, but starts only when it is asked for.',
    fallback: true,
    standing: active,
  },
  port: {
    kind: wholeNumber(0, 65_535),
    doc: 'Becomes the variable PORT.',
    standing: active,
  },
  uid: {
    kind: { type: text('').type.or(systemId), expected: 'a user name or number' },
    aliases: ['user'],
    doc: 'The user that the service runs as, with HOME, USER and LOGNAME of that user. Only root can choose.',
    standing: active,
  },
  gid: {
    kind: { type: text('').type.or(systemId), expected: 'a group name or number' },
    doc: 'The system group that the service runs as. Default: the primary group of uid.',
    standing: active,
  },
}

/**
 * Fields of PM2 about who a service is that change nothing here: accepted, so that its files can be used as they
 * are.
 */
export const passiveIdentity: Readonly<Record<string, Field>> = {
  force: {
    kind: truth,
    doc: 'In PM2, a second copy of a running script.',
    standing: moot('services are told apart by name, and one script may have many names'),
  },
  username: {
    kind: text('the name of a user'),
    doc: 'Who started it; informs only.',
    standing: informs,
  },
  windowsHide: {
    kind: truth,
    doc: 'Hides the console window on Windows.',
    standing: informs,
  },
}
