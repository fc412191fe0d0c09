import { TroupeError } from '../base/errors.ts'

/** Verbs of PM2 that fingers know and that are not there yet, with the nearest thing that is. */
const later: Readonly<Record<string, string>> = {
  monit: 'watch -n1 troupe list, or: troupe events --follow',
  reloadLogs: 'logs are appended to; copy and empty them with: troupe flush',
  env: 'the names of its variables: troupe describe <service>',
  trigger: 'publish to a channel that the service subscribes to',
  attach: 'troupe logs <service>',
  serve: 'npx serve, as a service of its own',
  update: 'install the new version, then: troupe detach; troupe ping',
  deploy: "PM2's deployment is not taken over",
  install: "PM2's modules are not taken over",
  init: 'see examples/quickstart/processes.json',
}

/** What to say to somebody who types a verb of PM2; undefined when it is none. */
export function notYet(verb: string): TroupeError | undefined {
  const hint = Object.hasOwn(later, verb) ? later[verb] : undefined
  if (hint === undefined) return undefined
  return new TroupeError('E_NOT_YET', `${verb} is not there yet`, { hint })
}
