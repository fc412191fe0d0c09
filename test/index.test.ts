import { expect, test } from 'vitest'
import * as api from '../src/index.ts'

test('the public surface is exactly this', () => {
  expect(Object.keys(api).toSorted()).toEqual(['TroupeError', 'connect', 'declare'])
})

test('a declaration in TypeScript is what it says', () => {
  const file = { apps: [{ script: 'api.js', env_production: { PORT: 80 } }] } as const

  expect(api.declare(file)).toBe(file)
})
