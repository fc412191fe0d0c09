import { expect, test } from 'vitest'
import { defaultsFrom } from '../../src/pm2/defaults.ts'

test.each([
  ['PM2_KILL_TIMEOUT', 'kill_timeout'],
  ['PM2_KILL_SIGNAL', 'kill_signal'],
  ['PM2_KILL_USE_MESSAGE', 'shutdown_with_message'],
  ['PM2_GRACEFUL_LISTEN_TIMEOUT', 'listen_timeout'],
  ['PM2_PROCESS_INSTANCE_VAR', 'instance_var'],
])('%s is what holds for %s where nobody sets it', (variable, field) => {
  expect(defaultsFrom({ [variable]: 'x', OTHER: 'y' })).toEqual({ [field]: 'x' })
  expect(defaultsFrom({ [variable]: '' })).toEqual({})
})
