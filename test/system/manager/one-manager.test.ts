import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { uniqueId } from '../../../src/base/ids.ts'
import { openShell } from '../../support/command-line.ts'
import { eventually } from '../../support/eventually.ts'
import { bearersOf, tokenVariable } from '../../support/traces.ts'

test('a verb right after the manager was killed waits for its loop, so that kill leaves nobody behind', async () => {
  const token = uniqueId()
  const { troupe, home } = await openShell({ [tokenVariable]: token })
  await troupe('ping')

  process.kill(Number(readFileSync(join(home, 'manager.pid'), 'utf8')), 'SIGKILL')
  const pinged = await troupe('ping')
  const killed = await troupe('kill')

  expect(pinged).toMatchObject({ code: 0 })
  expect(killed).toMatchObject({ code: 0 })
  const left = await eventually('nobody is left', () =>
    bearersOf(token).length === 0 ? 0 : undefined,
  )
  expect(left).toBe(0)
})
