import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Pm2 } from '../../src/pm2/api.ts'
import { Pm2Session } from '../../src/pm2/instance.ts'
import { methodNames } from './inventory.ts'

const page = readFileSync(new URL('../../docs/pm2-parity.md', import.meta.url), 'utf8')
const [, methods = ''] = page.split('## Methods of `troupe/pm2`\n')

test('every method of the page that works is there, and no other', () => {
  const own = [Pm2, Pm2Session].flatMap((one) => Object.getOwnPropertyNames(one.prototype))
  const inner = ['constructor', 'run']
  const works = methodNames.filter((name) =>
    new RegExp(`^\\| \`${name}\` +\\| (works|differs) `, 'm').test(methods),
  )

  expect(works.filter((name) => !own.includes(name))).toEqual([])
  expect(own.filter((name) => !inner.includes(name) && !works.includes(name))).toEqual([])
})

test('an instance of its own is either independent or has a home', () => {
  expect(() => new Pm2({ independent: true, pm2_home: '/p' })).toThrow('pm2_home and independent')
  expect(new Pm2({ pm2_home: '/p' })).toMatchObject({ pm2_home: '/p', daemon_mode: true })
})
