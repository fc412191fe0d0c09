import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const dist = process.env.TROUPE_DIST ?? new URL('../../../dist/', import.meta.url).pathname
const { createSystem, same } = await import(pathToFileURL(join(dist, 'actor/index.js')))

const system = createSystem({ name: 'bench' })
let nextId = 0

/** An actor that answers, and calls `onDone` when it has received `count` messages. */
function counter(count, onDone) {
  let left = count
  return system.spawn({
    id: `counter-${nextId++}`,
    mailbox: { capacity: count + 1 },
    behavior: () => ({
      init: () => null,
      receive(_, message) {
        message.reply?.tell(message.value)
        if (--left === 0) onDone()
        return same
      },
    }),
  })
}

export function tell(count) {
  return new Promise((resolve) => {
    const ref = counter(count, resolve)
    const message = { value: 1 }
    for (let i = 0; i < count; i++) ref.tell(message)
  })
}

const echo = counter(Infinity, () => {})

export async function ask() {
  const result = await system.ask(echo, (reply) => ({ value: 1, reply }), { timeoutMs: 5_000 })
  if (result.kind !== 'ok') throw new Error(`ask failed: ${result.error}`)
}

const idle = { init: () => null, receive: () => same }

export function spawn(count) {
  return new Promise((resolve) => {
    let left = count
    const behavior = () => ({
      init() {
        if (--left === 0) resolve()
        return null
      },
      receive: () => same,
    })
    for (let i = 0; i < count; i++) system.spawn({ id: `spawned-${nextId++}`, behavior })
  })
}

/** Actors that have started, have had a message, and wait for the next. */
export async function idlers(count) {
  const refs = []
  for (let i = 0; i < count; i++) {
    refs.push(system.spawn({ id: `idle-${i}`, behavior: () => idle }))
  }
  for (const ref of refs) ref.tell({})
  await system.settle()
  return refs
}
