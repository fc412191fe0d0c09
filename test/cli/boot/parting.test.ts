import { expect, test } from 'vitest'
import { partingUnder } from '../../../src/cli/boot/parting.ts'

const unit = 'troupe-anna.service'
const others = '7 shutdown.target start waiting\n9 troupe-anna2.service stop running\n'

test.each([
  ['the unit is stopped, or the machine', `${others}12 ${unit} stop running\n`, '77', 'kill'],
  ['the unit is stopped while the loop is away', `12 ${unit} stop running\n`, undefined, 'kill'],
  ['the unit is restarted', `  12 ${unit} restart running\n`, '77', 'detach'],
  ['it is restarted if it runs', `12 ${unit} try-restart running\n`, '77', 'detach'],
  ['the manager ended during a reload', `12 ${unit} reload running\n`, '', 'nothing'],
  ['the manager ended by itself', others, undefined, 'nothing'],
  ['nothing at all is going on', 'No jobs running.\n', '77', 'nothing'],
  ['nobody can be asked', undefined, '77', 'kill'],
  ['nobody can be asked, and the manager is gone', undefined, undefined, 'nothing'],
] as const)('%s', (_, jobs, mainPid, expected) => {
  expect(partingUnder(unit, { jobs, mainPid })).toBe(expected)
})
