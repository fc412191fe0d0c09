/** The service that a trigger belongs to. */
export interface Subject {
  readonly id: string
  /** Its name. */
  readonly service: string
  /** Whether somebody wants it up, even where it has given up or waits: what was stopped stays stopped. */
  readonly isUp: () => boolean
  /** Whether its files change because somebody brings it another source, and the service along with it. */
  readonly isMoving?: () => boolean
}

/** Something that acts on a service by itself. */
export interface Trigger {
  /** Resolves once it is armed. */
  open(): Promise<void>
  close(): Promise<void>
}
