import { assign, createActor, createMachine } from 'xstate'

const machine = createMachine({
  context: { received: 0 },
  on: { tick: { actions: assign({ received: ({ context }) => context.received + 1 }) } },
})

/** XState runs an idle receiver on the caller's stack: there is no mailbox to wait for. */
export async function tell(count) {
  const actor = createActor(machine).start()
  const event = { type: 'tick' }
  for (let i = 0; i < count; i++) actor.send(event)
}

export async function spawn(count) {
  for (let i = 0; i < count; i++) createActor(machine).start()
}

export async function idlers(count) {
  const actors = []
  for (let i = 0; i < count; i++) actors.push(createActor(machine).start())
  for (const actor of actors) actor.send({ type: 'tick' })
  return actors
}
