import { active } from '../field.ts'
import { duration, size, text, truth, wholeNumber } from '../kinds.ts'
import { membersOf } from '../members.ts'
import type { SaidRotation } from '../rotation.ts'
import type { ActiveFields } from '../values.ts'

const path = text('the path of a file, or "NULL"')

const rotationMembers = membersOf<SaidRotation>('true, false or an object', {
  max_size: size,
  max_age: duration(1_000),
  keep: wholeNumber(0, 10_000),
  total: size,
})

const rotation = {
  type: truth.type.or(rotationMembers.type),
  expected: 'true, false or an object such as {"max_size": "10M", "keep": 10}',
}

/** Where output and pids are written. */
export const logs: Pick<
  ActiveFields,
  | 'out_file'
  | 'error_file'
  | 'log_file'
  | 'pid_file'
  | 'merge_logs'
  | 'disable_logs'
  | 'log_rotate'
  | 'log_type'
  | 'log_date_format'
  | 'time'
> = {
  out_file: {
    kind: path,
    aliases: ['out', 'output', 'out_log'],
    doc: 'The file for standard output, from cwd; `NULL` throws it away.',
    standing: active,
  },
  error_file: {
    kind: path,
    aliases: ['error', 'err', 'err_file', 'err_log'],
    doc: 'The file for standard error, from cwd; `NULL` throws it away.',
    standing: active,
  },
  log_file: {
    kind: { type: truth.type.or(text('').type), expected: 'the path of a file, or true' },
    aliases: ['log'],
    doc: 'One file for standard output and standard error, from cwd; true: `<logs>/<name>.log`. It gets the streams that have no file of their own.',
    standing: active,
  },
  pid_file: {
    kind: text('the path of a file'),
    aliases: ['pid'],
    doc: 'The file that holds the pid; `-<id>` is put before `.pid`.',
    standing: active,
  },
  merge_logs: {
    kind: truth,
    aliases: ['combine_logs'],
    doc: 'All instances write the same files. Default: true unless `instances` is given.',
    standing: active,
  },
  disable_logs: {
    kind: truth,
    doc: 'Throws all output away.',
    fallback: false,
    standing: active,
  },
  log_rotate: {
    kind: rotation,
    doc: 'When logs are rotated and what is kept: false, or an object with max_size (10M), max_age, keep (10 files of each log) and total (1G). No line is lost.',
    fallback: true,
    standing: active,
  },
  log_type: {
    kind: text('"json" or another word'),
    doc: '`json`: a Node service writes one object for each line, with message, timestamp, type, process_id and app_name.',
    standing: active,
  },
  log_date_format: {
    kind: { type: truth.type.or(text('').type), expected: 'a format such as "YYYY-MM-DD HH:mm Z"' },
    doc: 'A Node service writes the time before each line, in this format: YYYY, MM, DD, HH, mm, ss, SSS and Z of day.js, and text in brackets.',
    standing: active,
  },
  time: {
    kind: truth,
    doc: 'A Node service writes the time before each line, as `YYYY-MM-DDTHH:mm:ss`.',
    standing: active,
  },
}
