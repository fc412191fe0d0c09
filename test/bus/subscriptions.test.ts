import { expect, test } from 'vitest'
import { TroupeError } from '../../src/base/errors.ts'
import type { Subscriber } from '../../src/bus/subscriber.ts'
import { Subscriptions } from '../../src/bus/subscriptions.ts'

/** A connection that confirms at once, except for what it forbids. */
function connection(forbidden: readonly string[] = []) {
  const asked: string[][] = []
  const left: string[] = []
  const subscriber: Subscriber = {
    subscribe: async (...channels) => {
      asked.push(channels)
      if (channels.some((channel) => forbidden.includes(channel))) {
        throw new Error('NOPERM this user has no permissions to access one of the channels')
      }
    },
    unsubscribe: async (...channels) => {
      left.push(...channels)
    },
  }
  return { subscriber, asked, left }
}

const given = () => {
  const lines: string[] = []
  return { lines, subscriptions: new Subscriptions((line) => lines.push(line)) }
}

test('a subscription made without a connection is confirmed by the next one', async () => {
  const { subscriptions } = given()
  const { subscriber, asked } = connection()

  const subscribed = subscriptions.add('a', () => {})
  await subscriptions.attach(subscriber)
  await subscribed

  expect(asked).toEqual([['a']])
})

test('a new connection gets every channel, 500 at a time', async () => {
  const { subscriptions } = given()
  const added = Array.from({ length: 1_200 }, (_, n) => subscriptions.add(`c${n}`, () => {}))
  const { subscriber, asked } = connection()

  await subscriptions.attach(subscriber)
  await Promise.all(added)

  expect(asked.map(({ length }) => length)).toEqual([500, 500, 200])
})

test('a channel is asked for once and left when its last listener leaves', async () => {
  const { subscriptions } = given()
  const { subscriber, asked, left } = connection()
  await subscriptions.attach(subscriber)

  const one = await subscriptions.add('a', () => {})
  const two = await subscriptions.add('a', () => {})
  one()
  expect(left).toEqual([])
  two()

  expect(asked).toEqual([['a']])
  expect(left).toEqual(['a'])
})

test('one forbidden channel does not cost the others', async () => {
  const { subscriptions, lines } = given()
  const heard: string[] = []
  const hear = (payload: string) => heard.push(payload)
  const [a, b, c] = ['a', 'b', 'c'].map((channel) => subscriptions.add(channel, hear))
  const { subscriber, asked } = connection(['b'])

  const refused = b?.catch((error: unknown) => error)
  await subscriptions.attach(subscriber)
  await Promise.all([a, c])

  expect(TroupeError.is(await refused, 'E_REJECTED')).toBe(true)
  expect(asked).toEqual([['a', 'b', 'c'], ['a'], ['b'], ['c']])
  expect(lines).toEqual(["Redis forbids to listen on b: the host's ACL must allow it"])
})

test('a forbidden channel is not asked for again', async () => {
  const { subscriptions } = given()
  void subscriptions.add('b', () => {}).catch(() => {})
  await subscriptions.attach(connection(['b']).subscriber)

  const { subscriber, asked } = connection(['b'])
  await subscriptions.attach(subscriber)

  expect(asked).toEqual([])
})

test('a connection that breaks while subscribing is of no use', async () => {
  const { subscriptions } = given()
  void subscriptions.add('a', () => {}).catch(() => {})
  const broken: Subscriber = {
    subscribe: () => Promise.reject(new Error('Connection is closed.')),
    unsubscribe: async () => {},
  }

  await expect(subscriptions.attach(broken)).rejects.toThrow('Connection is closed.')
})

test('closing refuses those who still wait', async () => {
  const { subscriptions } = given()
  const waiting = subscriptions.add('a', () => {})

  subscriptions.close()

  await expect(waiting).rejects.toSatisfy((error) => TroupeError.is(error, 'E_CLOSED'))
})
