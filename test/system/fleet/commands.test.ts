import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CloudEvent } from 'cloudevents'
import { expect, onTestFinished, test } from 'vitest'
import { fixture } from '../../support/built.ts'
import { eventually } from '../../support/eventually.ts'
import { isRunning } from '../../support/traces.ts'
import { repliesTo, startOnRedis, streamOf, type TroupeOnRedis } from './given.ts'

const worker = { name: 'worker', script: fixture('http-server.mjs'), env: { PORT: '0' } }

/** What `redis-cli SUBSCRIBE` prints in another terminal. */
async function listen({ redis, ns }: TroupeOnRedis): Promise<() => string> {
  let heard = ''
  const terminal = spawn(redis.cli, redis.cliArgs(['SUBSCRIBE', `troupe:${ns}:say`]), {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void terminal.kill('SIGKILL'))
  terminal.stdout.on('data', (chunk) => (heard += chunk))
  await eventually('redis-cli has subscribed', () =>
    heard.includes('subscribe') ? true : undefined,
  )
  return () => heard
}

test('a person with redis-cli restarts a worker, sees the sentences and finds the replies', async () => {
  const on = await startOnRedis()
  const { troupe, redis, ns } = on
  await troupe.declare({ apps: [worker] })
  const before = await troupe.pidOf('worker')
  const said = await listen(on)

  const heard = await eventually('somebody serves the worker', async () => {
    const count = await redis.redisCli('PUBLISH', `troupe:${ns}:cmd:svc:worker`, 'restart id=r1')
    return count === '0' ? undefined : count
  })

  expect(heard).toMatch(/^(\(integer\) )?1$/)
  const replies = await repliesTo(on, 'r1', 'done')
  expect(replies.map(({ status, from }) => `${from} ${status}`)).toEqual(['a accepted', 'a done'])
  expect(isRunning(before)).toBe(false)
  expect(await troupe.pidOf('worker')).not.toBe(before)
  await eventually('the sentences were said', () =>
    /worker@a restarting, asked by redis-cli \(unsigned\)[^]*worker@a online pid=\d+, restart 1/.test(
      said(),
    )
      ? true
      : undefined,
  )
})

test('a person with redis-cli writes to standard input, and sends a message as before', async () => {
  const on = await startOnRedis()
  const { troupe, redis, ns } = on
  const reader = `process.stdin.on('data', (text) => console.log('read', String(text).trim()))
    process.on('message', (message) => console.log('heard', message))
    console.log('ready')`
  const script = join(troupe.home.dir, 'reader.cjs')
  await writeFile(script, reader)
  await troupe.declare({ apps: [{ name: 'reader', script }] })
  await troupe.ready('reader')
  const channel = `troupe:${ns}:cmd:svc:reader`

  await eventually('it listens', async () =>
    (await redis.redisCli('PUBLISH', channel, 'stdin line="good day" id=r3')) === '0'
      ? undefined
      : true,
  )
  const replies = await repliesTo(on, 'r3', 'done')
  expect(replies.map(({ status }) => status)).toEqual(['accepted', 'done'])
  await redis.redisCli('PUBLISH', channel, 'send data=hello id=r4')
  await repliesTo(on, 'r4', 'done')

  await eventually('both have arrived', async () => {
    const { lines } = await troupe.client.command('logs', 'reader', { streams: ['out'] })
    const said = lines.map(({ line }) => line)
    return said.includes('read good day') && said.includes('heard hello') ? true : undefined
  })
})

test('a typo is answered once, with what was meant, and nobody serves a wrong name', async () => {
  const on = await startOnRedis()
  const { troupe, redis, ns } = on
  await troupe.declare({ apps: [worker] })

  await redis.redisCli('PUBLISH', `troupe:${ns}:cmd:svc:worker`, 'restrat id=r2')
  const nobody = await redis.redisCli('PUBLISH', `troupe:${ns}:cmd:svc:workr`, 'restart')

  const [reply, ...more] = await repliesTo(on, 'r2', 'rejected')
  expect(more).toEqual([])
  expect(JSON.parse(reply?.['e'] ?? '')).toMatchObject({
    causationid: 'r2',
    data: { reason: 'unknown_op', op: 'restrat', didyoumean: 'restart' },
  })
  expect(nobody).toMatch(/0$/)
})

test('the state of every service, the manual and the log are there for whoever looks later', async () => {
  const on = await startOnRedis()
  const { troupe, redis, ns } = on
  await troupe.declare({ apps: [worker] })
  const pid = await troupe.pidOf('worker')

  const state = await eventually('the state says online', async () => {
    const json = JSON.parse(await redis.redisCli('HGET', `troupe:{${ns}}:state`, 'worker@a'))
    return json.status === 'online' ? json : undefined
  })
  const log = await streamOf(redis, `troupe:{${ns}}:log`)

  expect(state).toMatchObject({ pid, restarts: 0 })
  expect(await redis.redisCli('GET', 'troupe:help')).toContain(
    `PUBLISH troupe:${ns}:cmd:svc:worker restart`,
  )
  for (const { e = '' } of log) expect(new CloudEvent(JSON.parse(e)).validate()).toBe(true)
  await troupe.client.delete('worker')
  await eventually('a deleted service has no state', async () =>
    (await redis.redisCli('HGET', `troupe:{${ns}}:state`, 'worker@a')) === '' ? true : undefined,
  )
})

test('garbage and oversized messages on every command channel hurt nothing', async () => {
  const on = await startOnRedis()
  const { troupe, redis, ns } = on
  await troupe.client.command('config', [], { set: { 'labels.zone': 'x' } })
  await troupe.declare({ apps: [worker] })
  const before = await troupe.pidOf('worker')
  const garbage = [
    '',
    '{',
    '{"data":[]}',
    '\u0000\u0001',
    'p:',
    '{"specversion":"0.3"}',
    'x'.repeat(100_000),
  ]
  const channels = ['all', 'host:a', 'svc:worker', 'label:zone=x'].map(
    (name) => `troupe:${ns}:cmd:${name}`,
  )
  await eventually('all channels are heard', async () => {
    const counts = await Promise.all(
      channels.map((channel) => redis.redisCli('PUBSUB', 'NUMSUB', channel)),
    )
    return counts.every((count) => count.endsWith('1')) ? true : undefined
  })

  for (const channel of channels) {
    for (const text of garbage.filter((each) => !each.includes('\u0000'))) {
      await redis.redisCli('PUBLISH', channel, text)
    }
  }

  // The witness is sent last, and is answered.
  await redis.redisCli('PUBLISH', `troupe:${ns}:cmd:svc:worker`, 'status id=witness')
  await repliesTo(on, 'witness', 'done')
  expect(await troupe.pidOf('worker')).toBe(before)
  expect(Number(await redis.redisCli('XLEN', `troupe:{${ns}}:dead`))).toBeGreaterThan(0)
})

test('the same id runs once, however often it is published, also over the death of the manager', async () => {
  const on = await startOnRedis()
  const { troupe, redis, ns } = on
  await troupe.declare({ apps: [worker] })
  const channel = `troupe:${ns}:cmd:svc:worker`
  await redis.redisCli('PUBLISH', channel, 'restart id=once')
  await repliesTo(on, 'once', 'done')
  const after = await troupe.pidOf('worker')

  await redis.redisCli('PUBLISH', channel, 'restart id=once')
  await troupe.killManager()
  await troupe.reconnect()
  await eventually('the next manager listens', async () => {
    const count = await redis.redisCli('PUBLISH', channel, 'restart id=once')
    return count.endsWith('1') ? true : undefined
  })
  await redis.redisCli('PUBLISH', channel, 'status id=witness')
  await repliesTo(on, 'witness', 'done')

  expect(await troupe.pidOf('worker')).toBe(after)
})

test('labels and the host address this host, other hosts and labels do not', async () => {
  const on = await startOnRedis()
  const { troupe, redis, ns } = on
  await troupe.client.command('config', [], { set: { 'labels.zone': 'eu' } })
  await troupe.declare({ apps: [worker] })
  const publish = (to: string, text: string) =>
    redis.redisCli('PUBLISH', `troupe:${ns}:cmd:${to}`, text)
  await eventually('the label is heard', async () =>
    (await publish('label:zone=eu', 'restart worker id=l1')).endsWith('1') ? true : undefined,
  )

  await repliesTo(on, 'l1', 'done')
  await publish('host:a', 'status worker id=h1')

  await repliesTo(on, 'h1', 'done')
  expect(await publish('label:zone=us', 'restart worker')).toMatch(/0$/)
  expect(await publish('host:b', 'restart worker')).toMatch(/0$/)
})

test('a service that is declared while its manager is still joining is heard as well', async () => {
  const { troupe, redis, ns } = await startOnRedis()
  await troupe.client.command('detach', [], {})
  await troupe.client.close()

  await troupe.reconnect()
  await troupe.declare({ apps: [worker] })

  const heard = await eventually('its supervisor hears', async () => {
    const count = await redis.redisCli('PUBLISH', `troupe:${ns}:cmd:svc:worker`, 'status')
    return count.endsWith('1') ? count : undefined
  })
  expect(heard).toMatch(/1$/)
  const log = await streamOf(redis, `troupe:{${ns}}:log`)
  const declared = log.filter(({ e = '' }) => e.includes('dev.troupe.service.declared.v1'))
  expect(declared).toHaveLength(1)
})
