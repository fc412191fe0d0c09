/** What a launch id says: `<service id>.<seat>.<incarnation>`. */
export interface LaunchName {
  readonly serviceId: string
  /** Which place of the service: `0`, or `0+` where a successor starts beside the process it replaces. */
  readonly seat: string
  /** Counts the launches of a slot, over both of its seats. */
  readonly incarnation: number
}

export function launchIdOf({ serviceId, seat, incarnation }: LaunchName): string {
  return `${serviceId}.${seat}.${incarnation}`
}

export function parseLaunchId(launchId: string): LaunchName {
  const [serviceId = '', seat = '', incarnation = '0'] = launchId.split('.')
  return { serviceId, seat, incarnation: Number(incarnation) }
}
