import type { Op, Params } from '../protocol/operations.ts'
import type { Order } from './call.ts'

/** `undefined`: at once. Otherwise after whatever touches the same services. */
type Turn<O extends Op> = (order: Order, params: Params<O>) => Errand | undefined

interface Errand {
  /** `undefined` for everything there is. */
  readonly lanes: readonly string[] | undefined
  readonly gist: string | undefined
  /** What it waits for gets no more time than its own grace, and a reload none. */
  readonly isHasty?: boolean
}

const atOnce: Turn<Op> = () => undefined

/** Behind what touches these services; the same again, still waiting, would be done for nothing. */
const inOrder = ({ call, touches }: Order): Errand => ({
  lanes: touches,
  gist: JSON.stringify([call.op, call.services, call.params]),
})

/** Twice is not the same as once. */
const eachTime: Turn<Op> = (order) => ({ ...inOrder(order), gist: undefined })

/** Whoever wants an end waits for those who came before, and they need not be thorough any more. */
const inHaste: Turn<Op> = (order) => ({ ...inOrder(order), isHasty: true })

const turns: { readonly [O in Op]: Turn<O> } = {
  ping: atOnce,
  help: atOnce,
  hosts: atOnce,
  relay: atOnce,
  status: atOnce,
  describe: atOnce,
  start: inOrder,
  stop: inHaste,
  restart: inHaste,
  reload: inOrder,
  scale: inOrder,
  reset: inOrder,
  signal: atOnce,
  send: atOnce,
  stdin: atOnce,
  trigger: atOnce,
  pull: inOrder,
  forward: eachTime,
  backward: eachTime,
  delete: inHaste,
  declare: (_, { declaration }) => ({
    lanes: declaration.services.map(({ name }) => name),
    gist: undefined,
  }),
  inherit: eachTime,
  plan: atOnce,
  // It may remove what it does not name.
  apply: () => ({ lanes: undefined, gist: undefined }),
  logs: atOnce,
  flush: inOrder,
  events: atOnce,
  why: atOnce,
  watch: atOnce,
  save: atOnce,
  resurrect: () => ({ lanes: undefined, gist: undefined }),
  config: atOnce,
  keys: atOnce,
  doctor: atOnce,
  // Whoever wants the manager gone does not want to wait for what hangs.
  detach: atOnce,
  kill: atOnce,
}

/** When an order may be carried out. */
export function turnOf(order: Order): Errand | undefined {
  // The table pairs each operation with its parameters; the union loses the pairing.
  const turn = turns[order.call.op] as Turn<Op>
  return turn(order, order.call.params)
}
