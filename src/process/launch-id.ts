/** What a launch id says: `<service id>.<seat>.<incarnation>`. */
export interface LaunchName {
  readonly serviceId: string
  /** Which place of the service: `0`, or `0+` where a successor starts beside the process it replaces. */
  readonly seat: string
  /** Counts the launches of a slot, over both of its seats. */
  readonly incarnation: number
}

/**
 * The name of one launch for good: in its cookie, its run directory and the events. {@link parseLaunchId} takes it
 * apart.
 */
export function launchIdOf({ serviceId, seat, incarnation }: LaunchName): string {
  return `${serviceId}.${seat}.${incarnation}`
}

/**
 * Takes apart what {@link launchIdOf} wrote. Never throws: what a text of somebody else lacks is empty or no
 * number.
 */
export function parseLaunchId(launchId: string): LaunchName {
  const [serviceId = '', seat = '', incarnation = '0'] = launchId.split('.')
  return { serviceId, seat, incarnation: Number(incarnation) }
}
