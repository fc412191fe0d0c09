// The least that is a manager: the lock, the door, and an answer to `ping`. Its token is its home.
import { localCarrier } from '../../../src/bus/local-carrier.ts'
import { homeFrom } from '../../../src/control/home.ts'
import { takeLock } from '../../../src/control/lock.ts'
import { openDoor } from '../../../src/control/server.ts'

const home = homeFrom(process.env)
const lock = await takeLock(home)
const hub = localCarrier()
const door = await openDoor({
  path: home.socket,
  lock,
  hub,
  greeting: { ns: 'main', host: 'tiny' },
  onCommand({ raw }) {
    const { id, replyto, data } = JSON.parse(raw) as {
      id: string
      replyto: string
      data: { op: string }
    }
    const reply = { status: 'done', op: data.op, result: { pid: process.pid }, ms: 0 }
    void hub.publish(replyto, JSON.stringify({ causationid: id, data: reply }))
    if (data.op === 'kill') void leave()
  },
})

async function leave(): Promise<void> {
  await door.close()
  await lock.release()
}
