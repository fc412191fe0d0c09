import { fromFile, ofScript } from './options.ts'
import type { Verb } from './verb.ts'

const ofUnit = [
  ['-u, --user <name>', 'whose services; by default yours'],
  ['--home <dir>', 'the home of the manager; by default TROUPE_HOME or ~/.troupe'],
  ['--service-name <name>', 'what the unit is called; by default troupe-<user>'],
  ['--dry-run', 'print it, do nothing'],
] as const

/** Verbs that need no manager: what starts one at boot, shells, files, containers. */
export const aroundIt: readonly Verb[] = [
  {
    name: 'run',
    words: '<file|script>',
    text: 'run services in the foreground, as in a container',
    example: 'troupe run processes.json --only api',
    options: [...fromFile, ...ofScript],
    load: async () => (await import('./verbs/run.ts')).run,
  },
  {
    name: 'init',
    aliases: ['ecosystem'],
    words: '[simple]',
    text: 'write a processes.json to begin with',
    example: 'troupe init',
    load: async () => (await import('./verbs/init.ts')).init,
  },
  {
    name: 'serve',
    aliases: ['expose'],
    words: '[path] [port]',
    text: 'serve the files of a directory, as a service',
    example: 'troupe serve dist 8080 --spa --name site',
    options: [
      ['-n, --name <name>', 'what the service is called'],
      ['--port <port>', 'the same as the second word (8080)'],
      ['--host <address>', 'the address to listen on (0.0.0.0)'],
      ['--spa', 'what is not found is index.html'],
      ['--ftp', 'directories show what is in them'],
      ['--basic-auth-username <name>', 'let nobody else in'],
      ['--basic-auth-password <password>', 'with this password'],
    ],
    load: async () => (await import('./verbs/serve.ts')).serve,
  },
  {
    name: 'import',
    words: '[file]',
    text: 'what the processes or a file of PM2 mean here',
    example: 'troupe import ~/.pm2/dump.pm2 --write processes.json',
    options: [['--write <file>', 'write a declaration; without it nothing is written']],
    load: async () => (await import('./verbs/import.ts')).importing,
  },
  {
    name: 'startup',
    words: '[systemd|openrc|launchd]',
    text: 'start the manager and its services at boot',
    example: 'troupe startup --dry-run',
    options: ofUnit,
    load: async () => (await import('./verbs/startup.ts')).startup,
  },
  {
    name: 'unstartup',
    words: '[systemd|openrc|launchd]',
    text: 'do not start them at boot any more',
    example: 'troupe unstartup --dry-run',
    options: ofUnit,
    load: async () => (await import('./verbs/startup.ts')).unstartup,
  },
  {
    name: 'foreground',
    isHidden: true,
    text: 'print the shell line that turns into the manager',
    example: 'eval "$(troupe foreground)"',
    load: async () => (await import('./verbs/foreground.ts')).foreground,
  },
  {
    name: 'part',
    isHidden: true,
    words: '<words...>',
    text: 'what a unit does when it stops',
    example: 'troupe part systemd troupe-anna.service',
    load: async () => (await import('./verbs/part.ts')).part,
  },
  {
    name: 'update',
    aliases: ['upgrade', 'updatePM2'],
    text: 'replace the manager by the installed version',
    example: 'troupe update',
    load: async () => (await import('./verbs/update.ts')).update,
  },
  {
    name: 'reloadLogs',
    text: 'for scripts that rotate: nothing to do',
    example: 'troupe reloadLogs',
    load: async () => (await import('./verbs/reload-logs.ts')).reloadLogs,
  },
  {
    name: 'completion',
    words: '[bash|zsh|fish]',
    text: 'what makes your shell complete verbs and names',
    example: 'troupe completion bash >> ~/.bashrc',
    load: async () => (await import('./verbs/completion.ts')).completion,
  },
  {
    name: 'names',
    isHidden: true,
    text: 'names of services, for completion',
    example: 'troupe names',
    load: async () => (await import('./verbs/names.ts')).names,
  },
]
