import { describe, expect, test } from 'vitest'
import { localCarrier } from '../../src/bus/local-carrier.ts'
import { conformsToCarrier } from './carrier.conformance.ts'

describe('local carrier', () => {
  conformsToCarrier(async () => localCarrier())

  test('nobody is called while the publisher still works', async () => {
    const carrier = localCarrier()
    const order: string[] = []
    await carrier.subscribe('news', () => order.push('heard'))

    const published = carrier.publish('news', 'a')
    order.push('published')
    await published

    expect(order).toEqual(['published', 'heard'])
  })

  test('a failing listener is reported', async () => {
    const lines: string[] = []
    const carrier = localCarrier((line) => lines.push(line))
    await carrier.subscribe('news', () => {
      throw new Error('mine')
    })

    await carrier.publish('news', 'a')

    await expect.poll(() => lines).toEqual(['a listener of news failed: mine'])
  })
})
