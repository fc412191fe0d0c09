import { type Duplex, duplexPair } from 'node:stream'
import { localCarrier } from '../../src/bus/local-carrier.ts'
import { type Client, clientOver } from '../../src/control/client.ts'
import { Connection, type DoorCommand, type Served } from '../../src/control/connection.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'

/** A door without a socket: both ends of every connection are in this process. */
export function doorway(more: Partial<Served> = {}) {
  const clock = new FakeClock()
  const hub = localCarrier()
  const commands: DoorCommand[] = []
  const served: Served = {
    hub,
    clock,
    greeting: { ns: 'main', host: 'a' },
    maxWaitingBytes: 1024 * 1024,
    onCommand: (command) => commands.push(command),
    ...more,
  }

  /** A connection to write bytes on. */
  function raw() {
    const [ours, theirs] = duplexPair()
    void new Connection(theirs, served).serve()
    return ours
  }

  function client(): Promise<Client> {
    return clientOver(raw(), clock)
  }

  return { clock, hub, commands, raw, client }
}

/** What a door says until it hangs up. */
export async function saidUntilEnd(stream: Duplex): Promise<readonly unknown[]> {
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  const lines = text.split('\n').filter((line) => line !== '')
  return lines.map((line): unknown => JSON.parse(line))
}
