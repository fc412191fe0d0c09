import { basename } from 'node:path'

/** Whether the command line was called as PM2, through a link of that name: then `PM2_HOME` keeps managers apart. */
export function asPm2(program: string): boolean {
  return basename(program) === 'pm2'
}
