import { expect, test } from 'vitest'
import { localCarrier } from '../../src/bus/local-carrier.ts'
import { request } from '../../src/control/request.ts'
import type { Reply } from '../../src/protocol/replies.ts'
import { rejected } from '../../src/protocol/replies.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'

const channel = 'troupe:main:cmd:host:a'

interface Sent {
  readonly id: string
  readonly replyto: string
  readonly source: string
  readonly data: unknown
}

/** A manager that answers every command with the given replies. */
async function manager(...replies: readonly Reply[]) {
  const carrier = localCarrier()
  const clock = new FakeClock()
  const sent: Sent[] = []
  const answer = async ({ id, replyto }: Sent, reply: Reply) =>
    carrier.publish(replyto, JSON.stringify({ causationid: id, data: reply }))
  await carrier.subscribe(channel, (raw) => {
    const command = JSON.parse(raw) as Sent
    sent.push(command)
    for (const reply of replies) void answer(command, reply)
  })
  const restart = (more: object = {}, over: object = {}) =>
    request(
      { ...carrier, ...over },
      {
        ns: 'main',
        channel,
        op: 'restart',
        services: [{ name: 'api', slot: 2 }],
        params: { grace: '5s' },
        by: 'anna',
        clock,
        ...more,
      },
    )
  return { carrier, clock, sent, answer, restart }
}

const accepted: Reply = { status: 'accepted', op: 'restart' }
const done: Reply = { status: 'done', op: 'restart', result: { instances: [] }, ms: 3 }

test('a command travels with its sender, its services and its arguments', async () => {
  const { sent, restart } = await manager(accepted, done)

  await restart()

  expect(sent).toMatchObject([
    {
      specversion: '1.0',
      source: 'op:anna',
      replyto: expect.stringMatching(/^troupe:main:re:[0-9a-z]{21}$/),
      data: {
        op: 'restart',
        args: { grace: '5s' },
        target: { services: [{ name: 'api', slot: 2 }] },
      },
    },
  ])
})

test('the result is what the manager says once it is done', async () => {
  const progress: Reply = { status: 'progress', op: 'restart', value: 'half way' }
  const { clock, restart } = await manager(accepted, progress, done)
  const heard: unknown[] = []

  const result = await restart({
    onProgress: (value: unknown) => heard.push(value),
    timeoutMs: 60_000,
  })

  expect(result).toEqual({ instances: [] })
  expect(heard).toEqual(['half way'])
  expect(clock.armed).toBe(0)
})

const failed: Reply = {
  status: 'failed',
  op: 'restart',
  code: 'E_SPAWN',
  message: 'api cannot start',
  hint: 'look at its log',
  ms: 1,
}

// prettier-ignore
const refusals: [what: string, reply: Reply, error: object][] = [
  ['rejected', rejected('unknown_service', 'nobody here is called "apii"', { didyoumean: 'api' }),
    { code: 'E_NO_SUCH_SERVICE', message: 'nobody here is called "apii" (unknown_service); did you mean "api"?' }],
  ['rejected for no reason with a code of its own', rejected('busy', 'later'), { code: 'E_REJECTED' }],
  ['failed', failed, { code: 'E_SPAWN', message: 'api cannot start', hint: 'look at its log' }],
  ['failed without a code of ours', { ...failed, code: 'oops' }, { code: 'E_FAILED' }],
  ['superseded', { status: 'superseded', op: 'restart', by: 'r2' },
    { code: 'E_REJECTED', message: 'restart was superseded by command r2' }],
]

test.each(refusals)('a command that was %s is an error that says so', async (_, reply, error) => {
  const { restart } = await manager(accepted, reply)

  await expect(restart()).rejects.toMatchObject(error)
})

test('a command that nobody accepts in time is given up', async () => {
  const { clock, sent, restart } = await manager()
  const outcome = restart()
  await expect.poll(() => sent.length).toBe(1)

  clock.advance(2_000)

  await expect(outcome).rejects.toMatchObject({
    code: 'E_TIMEOUT',
    message: 'restart was not accepted within 2000 ms',
    hint: expect.stringContaining('look with troupe list'),
  })
})

test('a command that was accepted may take as long as the caller waits', async () => {
  const { clock, sent, answer, restart } = await manager(accepted)
  const patient = restart()
  const hasty = restart({ timeoutMs: 10_000 })
  await expect.poll(() => sent.length).toBe(2)

  clock.advance(10_000)
  await expect(hasty).rejects.toMatchObject({ message: 'restart was not done within 10000 ms' })

  for (const command of sent) await answer(command, done)
  expect(await patient).toEqual({ instances: [] })
})

test('a channel that nobody hears is known at once', async () => {
  const { restart } = await manager(done)

  const outcome = restart({ channel: 'troupe:main:cmd:host:b' })

  await expect(outcome).rejects.toMatchObject({ code: 'E_MANAGER_UNREACHABLE' })
})

test('a manager that goes away in the middle is not waited for', async () => {
  const { sent, restart } = await manager(accepted)
  let leave = (): void => {}
  const closed = new Promise<void>((resolve) => (leave = resolve))
  const outcome = restart({}, { closed })
  await expect.poll(() => sent.length).toBe(1)

  leave()

  await expect(outcome).rejects.toMatchObject({
    code: 'E_MANAGER_UNREACHABLE',
    message: 'the manager went away before it answered restart',
  })
})

test('a caller may stop waiting, and is told its own reason', async () => {
  const { clock, sent, restart } = await manager(accepted)
  const end = new AbortController()
  const outcome = restart({ signal: end.signal })
  await expect.poll(() => sent.length).toBe(1)

  end.abort(new Error('lunch'))

  await expect(outcome).rejects.toThrow('lunch')
  expect(clock.armed).toBe(0)
})

test('all commands of one requester are answered on one channel', async () => {
  const { carrier, sent } = await manager(accepted, done)
  const ask = () =>
    request(carrier, { ns: 'main', channel, op: 'restart', services: [], params: {} })

  await Promise.all([ask(), ask(), ask()])

  expect(new Set(sent.map(({ replyto }) => replyto)).size).toBe(1)
  expect(new Set(sent.map(({ id }) => id)).size).toBe(3)
})

test('replies that cannot be read are no reason to fail', async () => {
  const { carrier, sent, answer, restart } = await manager(accepted)
  const outcome = restart()
  await expect.poll(() => sent.length).toBe(1)
  const [command] = sent
  if (command === undefined) throw new Error('unreachable')

  await carrier.publish(command.replyto, 'garbage')
  await carrier.publish(command.replyto, '{"causationid":"another","data":{"status":"rejected"}}')
  await answer(command, done)

  expect(await outcome).toEqual({ instances: [] })
})
