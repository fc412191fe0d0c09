import nact from 'nact'

const { start, spawn: spawnActor, spawnStateless, dispatch, query } = nact
const system = start()

// Its own anonymous names are 32-bit random numbers, and collide among this many.
let nextId = 0
const name = () => `actor-${nextId++}`

export function tell(count) {
  return new Promise((resolve) => {
    let left = count
    const ref = spawnStateless(
      system,
      () => {
        if (--left === 0) resolve()
      },
      name(),
    )
    const message = { value: 1 }
    for (let i = 0; i < count; i++) dispatch(ref, message)
  })
}

const echo = spawnActor(
  system,
  (state, message) => {
    dispatch(message.reply, message.value)
    return state
  },
  name(),
)

export async function ask() {
  try {
    await query(echo, (reply) => ({ value: 1, reply }), 1_000)
  } catch {
    // The names of its queries are such random numbers as well. Where two meet, one is never
    // answered, and that round is slow: the best of the rounds counts.
  }
}

/** nact starts an actor lazily, so the first message is what shows that it is there. */
export function spawn(count) {
  return new Promise((resolve) => {
    let left = count
    const receive = () => {
      if (--left === 0) resolve()
    }
    for (let i = 0; i < count; i++) dispatch(spawnStateless(system, receive, name()), {})
  })
}

export async function idlers(count) {
  const refs = []
  for (let i = 0; i < count; i++) refs.push(spawnActor(system, (state) => state ?? null, name()))
  for (const ref of refs) dispatch(ref, {})
  for (let i = 0; i < 10; i++) await new Promise(setImmediate)
  return refs
}
