import { describe, expect, test } from 'vitest'
import { command, lab, settle } from './dispatch-lab.ts'

describe('a manager that leaves', () => {
  test('answers what reads, and refuses what would begin something, unless it stays', async () => {
    const on = lab()

    const stay = on.door.beginLeaving()
    expect(await on.hears(command())).toEqual(['rejected busy'])
    expect(await on.hears('status')).toEqual(['accepted', 'done'])
    stay()

    expect(await on.hears(command())).toEqual(['accepted', 'done'])
  })

  test('does not begin what it had accepted and still waits: it would undo what the manager leaves behind', async () => {
    const on = lab({ isSlow: true })
    on.take('stop api id=1')
    on.take('restart api id=2')
    await settle()

    on.door.beginLeaving()
    on.begun[0]?.finish()
    await on.door.drain()

    expect(on.ran).toEqual(['stop api'])
    expect(on.lines).toEqual(['1 accepted', '2 accepted', '1 done', '2 failed'])
    expect(on.said.at(-1)?.reply).toMatchObject({ code: 'E_CLOSED' })
  })

  test('does nothing by itself any more', async () => {
    const on = lab()
    const did: string[] = []

    await on.door.inTurn('api', async () => void did.push('before'))
    on.door.beginLeaving()
    await on.door.inTurn('api', async () => void did.push('after'))

    expect(did).toEqual(['before'])
  })

  test('still answers whoever asks again for what runs', async () => {
    const on = lab({ isSlow: true })
    on.take(command())
    await settle()

    on.door.beginLeaving()
    on.take(command({ replyTo: 'troupe:main:re:again' }))
    await settle()
    on.begun[0]?.finish()
    await on.door.drain()

    expect(on.lines).toEqual(['r1 accepted', 'r1 accepted', 'r1 done', 'r1 done'])
  })

  test('stays away when one of two that sent it away thinks better of it', async () => {
    const on = lab()
    on.door.beginLeaving()
    const stay = on.door.beginLeaving()

    stay()

    expect(await on.hears(command())).toEqual(['rejected busy'])
  })
})
