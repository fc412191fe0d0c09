import { expect, test } from 'vitest'
import { catalogue } from '../../src/cli/catalogue.ts'
import { commandLine } from './given.ts'

const verbs = Object.values(catalogue).flatMap((some) => some.map(({ name }) => name))

test.each(verbs)('%s says in JSON what was wrong with its words', async (verb) => {
  const { troupe } = commandLine()

  const { out, err, code } = await troupe(verb, '--no-such-option', '--json')

  expect({ out, code }).toEqual({ out: '', code: 1 })
  expect(JSON.parse(err)).toMatchObject({
    error: { message: "unknown option '--no-such-option'" },
  })
})
