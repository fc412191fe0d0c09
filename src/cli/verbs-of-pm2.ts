import { TroupeError } from '../base/errors.ts'

/** Verbs of PM2 that come later, with the nearest thing that is there. */
const later: Readonly<Record<string, string>> = {
  monit: 'troupe list --watch, or: troupe events --follow',
  dashboard: 'troupe list --watch, or: troupe events --follow',
}

const modules = 'declare it as a service of its own'
const monitoring = 'nothing here phones home; see: troupe events, troupe why'

/** Verbs of PM2 that will not come (docs/pm2-parity.md), with what to do instead. */
const never: Readonly<Record<string, string>> = {
  deploy: 'troupe pull moves the source of a service on its host, and takes a bad update back',
  install: modules,
  uninstall: modules,
  'module:install': modules,
  'module:uninstall': modules,
  'module:update': modules,
  'module:generate': modules,
  package: modules,
  publish: modules,
  autoinstall: modules,
  link: monitoring,
  unlink: monitoring,
  plus: monitoring,
  register: monitoring,
  login: monitoring,
  logout: monitoring,
  open: monitoring,
  monitor: monitoring,
  unmonitor: monitoring,
  'install-otel': monitoring,
  'uninstall-otel': monitoring,
  inspect: 'start it with node_args: --inspect, or: troupe signal SIGUSR1 <service>',
  slist: 'troupe describe says it of a service, troupe doctor of the host',
  sysinfos: 'troupe describe says it of a service, troupe doctor of the host',
  'profile:mem': 'start the service with node_args: --heap-prof',
  'profile:cpu': 'start the service with node_args: --cpu-prof',
  logrotate: 'log_rotate is built in, and on; see docs/declarations.md',
  deepUpdate: 'install the new version with npm, then: troupe update',
  multiset: 'troupe config set, one setting at a time',
  create: 'troupe init',
  examples: 'see the examples folder',
}

/** What to say to somebody who types a verb of PM2 that is not here; undefined when it is none. */
export function absentVerb(verb: string): TroupeError | undefined {
  if (Object.hasOwn(later, verb)) {
    return new TroupeError('E_NOT_YET', `${verb} is not there yet`, hinting(later[verb]))
  }
  if (!Object.hasOwn(never, verb)) return undefined
  return new TroupeError('E_USAGE', `${verb} of PM2 is not taken over`, hinting(never[verb]))
}

function hinting(hint: string | undefined): { hint?: string } {
  return hint === undefined ? {} : { hint }
}
