import { same, unhandled, type Behavior, type ChildSpec } from './behavior.ts'
import type { AnyRef, Ref } from './ref.ts'
import type { SupervisorOpts } from './supervision.ts'

/** What a supervisor can be told. */
export type SupervisorMessage =
  /** Starts one more child; answers with its stable ref. Unhandled while the id is in use. */
  | { readonly kind: 'start'; readonly spec: ChildSpec<never>; readonly reply?: Ref<AnyRef> }
  /** Stops a child for good. */
  | { readonly kind: 'stop'; readonly id: string }

/**
 * An actor that does nothing but keep its children as `opts` says.
 *
 * They start in this order, each when the one before it is up. Any other actor supervises
 * in the same way if its behaviour carries `supervision`.
 */
export function supervisor(
  children: readonly ChildSpec<never>[],
  opts: SupervisorOpts,
): Behavior<null, SupervisorMessage> {
  return {
    supervision: opts,
    init(ctx) {
      for (const child of children) ctx.spawn(child)
      return null
    },
    receive(_, message, ctx) {
      const id = message.kind === 'start' ? message.spec.id : message.id
      const known = ctx.child(id)
      if (message.kind === 'start') {
        if (known) return unhandled
        message.reply?.tell(ctx.spawn(message.spec))
      } else if (known) {
        ctx.stop(known)
      }
      return same
    },
  }
}
