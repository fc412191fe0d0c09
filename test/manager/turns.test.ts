import { describe, expect, test } from 'vitest'
import { command, lab, settle } from './dispatch-lab.ts'

describe('turns', () => {
  const named = (id: string, op: 'restart' | 'stop', ...names: string[]) =>
    command({ id, op, services: names.map((name) => ({ name })) })

  test('commands to one service follow each other; others run beside them', async () => {
    const on = lab({ isSlow: true })

    on.take(named('1', 'stop', 'api'))
    on.take(named('2', 'restart', 'api'))
    on.take(named('3', 'stop', 'web'))
    on.take('status id=4')
    await settle()
    expect(on.ran).toEqual(['stop api', 'stop web', 'status'])

    on.begun[0]?.finish()
    await settle()
    expect(on.ran).toEqual(['stop api', 'stop web', 'status', 'restart api'])
  })

  test('a command to several services waits for each of them, and they for it', async () => {
    const on = lab({ isSlow: true })

    on.take(named('1', 'stop', 'api'))
    on.take(named('2', 'restart', 'all'))
    on.take(named('3', 'stop', 'web'))
    await settle()
    expect(on.ran).toEqual(['stop api'])

    on.begun[0]?.finish()
    await settle()
    on.begun[1]?.finish()
    await settle()
    expect(on.ran).toEqual(['stop api', 'restart all', 'stop web'])
  })

  test('a command waits for the one before it, whichever ended before that', async () => {
    const on = lab({ isSlow: true })

    on.take(named('1', 'stop', 'api'))
    on.take(named('2', 'restart', 'api'))
    await settle()
    on.begun[0]?.finish()
    await settle()
    on.take(named('3', 'stop', 'api'))
    await settle()

    expect(on.ran).toEqual(['stop api', 'restart api'])
  })

  test('a failure holds nobody up', async () => {
    const on = lab({ isSlow: true })

    on.take(named('1', 'stop', 'api'))
    on.take(named('2', 'restart', 'api'))
    await settle()
    on.begun[0]?.fail(new Error('no'))
    await settle()

    expect(on.ran).toEqual(['stop api', 'restart api'])
  })

  test('whoever wants the manager gone waits for nobody', async () => {
    const on = lab({ isSlow: true })
    const local = { via: 'local' } as const

    on.take(named('1', 'stop', 'api'), local)
    on.take('resurrect id=2', local)
    on.take('kill id=3', local)
    await settle()

    expect(on.ran).toEqual(['stop api', 'kill'])
  })

  test('the same again takes the place of what still waits', async () => {
    const on = lab({ isSlow: true })

    for (const id of ['1', '2', '3']) on.take(named(id, 'restart', 'api'))
    on.take(named('4', 'restart', 'web'))
    await settle()
    on.begun[0]?.finish()
    await settle()

    expect(on.begun.map(({ call }) => call.id)).toEqual(['1', '4', '3'])
    expect(on.said.find(({ reply }) => reply.status === 'superseded')).toMatchObject({
      id: '2',
      reply: { op: 'restart', by: '3' },
    })
    on.take(named('2', 'restart', 'api'))
    await settle()
    expect(on.lines.at(-1)).toBe('2 superseded')
  })

  test('whoever wants an end hastens what it waits for, and yet keeps to its turn', async () => {
    const on = lab({ isSlow: true })

    on.take(named('1', 'stop', 'api'))
    on.take(named('2', 'restart', 'api'))
    on.take('stop api id=3 grace=1s')
    await settle()
    expect(on.hastened).toEqual(['1', '2', '3'])
    for (const turn of [0, 1, 2]) {
      on.begun[turn]?.finish()
      // Each begins when the one before it has ended.
      // oxlint-disable-next-line no-await-in-loop
      await settle()
    }

    expect(on.begun.map(({ call }) => call.id)).toEqual(['1', '2', '3'])
    expect(on.lines.filter((line) => line.endsWith('done'))).toEqual(['1 done', '2 done', '3 done'])
  })

  test('another grace is another command', async () => {
    const on = lab({ isSlow: true })

    on.take('restart api id=1')
    on.take('restart api id=2 grace=1s')
    on.take('restart api id=3 grace=2s')
    await settle()

    expect(on.said.every(({ reply }) => reply.status === 'accepted')).toBe(true)
  })
})
