import { expect, test } from 'vitest'
import { commandLine, serviceWith } from './given.ts'

test('env tells names and where they come from, and no value', async () => {
  const services = [serviceWith({ name: 'api', envNames: ['KEY', 'PWD'], shellNames: ['LANG'] })]
  const { troupe } = commandLine({ answers: { describe: () => ({ services }) } })

  const { out, err } = await troupe('env', 'api')

  expect(out).toMatch(/^api\n {2}KEY +declared\n {2}LANG +shell\n {2}PWD +troupe\n/)
  expect(err).toContain('values are not shown')
})

test('reloadLogs has nothing to do, and says why', async () => {
  const { code, out, asked } = await commandLine().troupe('reloadLogs')

  expect({ code, asked }).toEqual({ code: 0, asked: [] })
  expect(out).toContain('nothing to open again')
})
