/** Where an actor stands in the tree, such as `/services/shop/web/0`. */
export type ActorPath = `/${string}`

/**
 * A typed address.
 *
 * What `spawn` returns is *stable*: it names the child's place, and what is told to it
 * waits through a restart. `ctx.self` is *exact*: it names one incarnation, so an answer
 * meant for a failed actor never reaches its successor.
 */
export interface Ref<in M> {
  readonly path: ActorPath
  /** The incarnation. It changes with every restart; a stable ref shows the present one. */
  readonly uid: number
  /** Never throws and never runs the receiver. False: refused, and counted as a dead letter. */
  tell(message: M): boolean
}

/** A ref to be watched, stopped or compared, whatever its actor understands. */
export type AnyRef = Ref<never>
