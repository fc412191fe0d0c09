import { expect, test } from 'vitest'
import { commandLine } from './given.ts'

const watched = { service: 'api', base: '/srv', paths: ['src', 'app.conf'], ignore: ['*.tmp'] }

test('watch says what files each service watches', async () => {
  const { troupe } = commandLine({
    answers: { watch: () => ({ services: [watched, { service: 'worker' }] }) },
  })

  const { out, code, asked } = await troupe('watch')

  expect(out).toContain('api     src, app.conf in /srv, but not *.tmp')
  expect(out).toContain('worker  watches nothing')
  expect(code).toBe(0)
  expect(asked[0]).toMatchObject({ op: 'watch', services: [{ name: 'all' }], args: {} })
})

test.each([
  ['counts', 'restarts', 0],
  ['ignored', 'ignores it', 1],
  ['outside', 'does not care', 1],
] as const)(
  'watch --explain of a path that is %s says "%s" and exits with %i',
  async (kind, word, expected) => {
    const verdict = { kind, rule: 'watch "src"', why: 'the reason' }
    const { troupe } = commandLine({
      answers: { watch: () => ({ services: [{ ...watched, verdict }] }) },
    })

    const { out, code, asked } = await troupe('watch', 'api', '--explain', 'src/x.js')

    expect(out).toBe(`api  ${word}  the reason\n`)
    expect(code).toBe(expected)
    expect(asked[0]?.args).toEqual({ path: '/srv/src/x.js' })
  },
)
