import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { commandLine, hostWith, instanceWith, serviceWith } from './given.ts'

test('env tells names and where they come from, and no value', async () => {
  const services = [serviceWith({ name: 'api', envNames: ['KEY', 'PWD'], shellNames: ['LANG'] })]
  const { troupe } = commandLine({ answers: { describe: () => ({ services }) } })

  const { out, err } = await troupe('env', 'api')

  expect(out).toMatch(/^api\n {2}KEY +declared\n {2}LANG +shell\n {2}PWD +troupe\n/)
  expect(err).toContain('values are not shown')
})

test('env --values reads what processes were started with; one that is gone makes it fail', async () => {
  const { pid } = process
  const { pid: _, ...gone } = instanceWith({ service: 'api', slot: 1, state: 'stopped' })
  const alive = instanceWith({ service: 'api', pid })
  const { troupe } = commandLine({
    answers: {
      status: ({ services: [asked] }) => {
        const instances = asked?.slot === undefined ? [alive, gone] : [alive]
        return { host: hostWith(), instances }
      },
    },
  })

  const well = await troupe('env', 'api#0', '--values')
  const ill = await troupe('env', 'api', '--values', '--json')

  const path = readFileSync('/proc/self/environ', 'utf8')
    .split('\0')
    .find((it) => it.startsWith('PATH='))
  expect(well.out.split('\n')).toContain(path?.replace('=', ': '))
  expect(well.code).toBe(0)
  expect(JSON.parse(ill.out)).toMatchObject([
    { values: { PATH: path?.slice(5) } },
    { instance: 'api#1' },
  ])
  expect(ill).toMatchObject({ code: 1, err: 'api#1: no process whose variables could be read\n' })
})

test('reloadLogs has nothing to do, and says why', async () => {
  const { code, out, asked } = await commandLine().troupe('reloadLogs')

  expect({ code, asked }).toEqual({ code: 0, asked: [] })
  expect(out).toContain('nothing to open again')
})
