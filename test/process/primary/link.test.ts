import { expect, test } from 'vitest'
import { mayPass } from '../../../src/process/preflight.ts'
import { notNow } from '../../../src/process/primary-link.ts'

test('a primary that cannot be reached now is worth another try', () => {
  expect(mayPass(notNow('the primary hung up'))).toBe(true)
})
