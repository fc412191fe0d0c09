import { TroupeError } from '../base/errors.ts'

/** Verbs of PM2 that fingers know and that are not there yet, with the nearest thing that is. */
const later: Readonly<Record<string, string>> = {
  monit: 'watch -n1 troupe list, or: troupe events --follow',
  trigger: 'troupe send <service> --message <message>',
  deploy: "PM2's deployment is not taken over",
  install: "PM2's modules are not taken over",
}

/** What to say to somebody who types a verb of PM2; undefined when it is none. */
export function notYet(verb: string): TroupeError | undefined {
  const hint = Object.hasOwn(later, verb) ? later[verb] : undefined
  if (hint === undefined) return undefined
  return new TroupeError('E_NOT_YET', `${verb} is not there yet`, { hint })
}
