import type { Call } from '../call.ts'

/** For scripts of logrotate: there is nothing to open again. */
export async function reloadLogs({ options, place }: Call): Promise<number> {
  const { screen } = place
  if (options.json === true) screen.print('{}')
  else {
    screen.print(
      'nothing to open again: services append to their logs themselves, and `log_rotate` rotates them without losing a line; ' +
        'logrotate works with copytruncate',
    )
  }
  return 0
}
