/** Behind verbs that read a declaration. */
export const fromFile = [
  ['--only <names>', 'only these services of a file, separated by commas'],
  ['--env <name>', 'apply env_<name> of a file'],
] as const

/** Behind verbs that other hosts can be asked for. */
export const onOthers = [
  ['--on <selector>', 'on other hosts: web-1,web-2 or zone=eu,tier!=db or all, then 25% or max=2'],
  ['-y, --yes', 'with --on: do not ask'],
  ['--key <name|file>', 'with --on: who signs; where a fleet wants signatures, your only key'],
] as const

/** Behind verbs that end processes. */
export const grace = ['--grace <time>', 'how long a process may take to end, such as 5s'] as const

/** Behind verbs that start processes again. */
export const updateEnv = [
  '-a, --update-env',
  'put the variables of this shell over those that the service had of one',
] as const

/** Behind verbs that declare a script. */
export const ofScript = [
  ['-n, --name <name>', 'what the service is called'],
  ['--namespace <name>', 'the group it belongs to'],
  ['--interpreter <command>', 'what runs the script; none executes it directly'],
  ['--interpreter-args <args>', 'arguments for the interpreter'],
  ['--node-args <args>', 'the same'],
  ['--cwd <dir>', 'the directory it starts in'],
  ['-o, --output <file>', 'where its standard output goes'],
  ['-e, --error <file>', 'where its standard error goes'],
  ['-p, --pid <file>', 'where its pid stands'],
  ['-l, --log [file]', 'one file for both'],
  ['--merge-logs', 'all instances write the same logs'],
  ['--time', 'a Node service writes the time before each line'],
  ['--log-date-format <format>', 'in this format, such as "HH:mm:ss.SSS"'],
  ['--log-type <type>', 'json: an object for each line'],
  ['--filter-env <parts...>', 'variables of this shell that it does not get, by parts of names'],
  ['--uid <user>', 'who it runs as; for root alone'],
  ['--gid <group>', 'the system group it runs as'],
  ['--disable-source-map-support', 'stack traces of Node point at the compiled files'],
  ['--max-restarts <count>', 'unstable exits in a row until it is given up'],
  ['--restart-delay <ms>', 'a pause before every restart'],
  ['--exp-backoff-restart-delay <ms>', 'the first of growing pauses'],
  ['--stop-exit-codes <codes...>', 'exit codes after which it rests'],
  ['-k, --kill-timeout <ms>', 'between the stop signal and SIGKILL'],
  ['--wait-ready', 'online once it has sent ready'],
  ['--listen-timeout <ms>', 'how long that may take'],
  ['--shutdown-with-message', 'ask for its end with the message shutdown'],
  ['--no-autorestart', 'an exit is the end'],
  ['--no-autostart', 'declare it, do not start it'],
  ['-i, --instances <count>', 'a cluster of so many processes; max: one a processor'],
  ['--watch [paths...]', 'restart it when files change: all here, or these'],
  ['--ignore-watch <paths...>', 'paths and globs whose changes do not count'],
  ['--watch-delay <time>', 'how long files must be quiet: 4 and 4s are seconds, 400ms'],
  ['--max-memory-restart <size>', 'restart it when it uses more, such as 150M'],
  ['-c, --cron <pattern>', 'restart it at these times, such as "0 4 * * *"'],
  ['--cron-restart <pattern>', 'the same'],
  ['--disable-logs', 'throw its output away'],
  ['-x, --execute-command', 'fork mode, whatever the instances'],
  ['-u, --user <name>', 'the same as --uid'],
  ['--no-treekill', 'leave alone what its main process started'],
  ['--no-vizion', 'do not look for a repository'],
] as const

/** Of PM2's, on every verb: what they asked for is so anyway, or there is nothing to do. */
export const accepted = [
  '--hp <dir>',
  '--wait-ip',
  '--parallel <count>',
  '--fresh',
  '--daemon',
  '--source-map-support',
  '--no-pmx',
  '--no-automation',
  '--trace',
  '--disable-trace',
  '--v8',
  '--event-loop-inspector',
  '--deep-monitoring',
] as const

/** How `list` and `logs` of PM2 can be told to look. */
export const ofList = [
  ['--sort <field>', 'by name, id, pid, cpu, memory, uptime, status, namespace; :desc turns it'],
  ['-m, --mini-list', 'blocks of text, without a table'],
  ['--watch', 'again every second, until Ctrl-C'],
] as const
