import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readDeclaration } from '../../src/declaration/read.ts'
import { commandLine } from './given.ts'

function givenFolder(...files: readonly string[]) {
  const cwd = mkdtempSync(join(tmpdir(), 'troupe-init-'))
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
  for (const file of files) writeFileSync(join(cwd, file), '')
  return { cwd, file: join(cwd, 'processes.json'), ...commandLine({ cwd, isRunning: false }) }
}

test.each([
  ['init', 'init'],
  ['the least', 'init', 'simple'],
  ["PM2's word", 'ecosystem'],
])('%s writes a file that can be started as it is', async (_, ...words) => {
  const { cwd, file, troupe } = givenFolder('server.js')

  const { code, out, starts } = await troupe(...words)

  expect({ code, starts }).toEqual({ code: 0, starts: 0 })
  expect(out).toContain('for server.js; look at it, then: troupe start processes.json\n')
  const { services, warnings } = await readDeclaration(file, { cwd })
  expect(services).toMatchObject([{ name: 'app', script: join(cwd, 'server.js') }])
  expect(warnings).toEqual([])
})

test('a file that is there is left as it is', async () => {
  const { file, troupe } = givenFolder()
  writeFileSync(file, 'precious')

  const { code, err } = await troupe('init')

  expect(code).toBe(1)
  expect(err).toContain('there is a processes.json already')
  expect(readFileSync(file, 'utf8')).toBe('precious')
})

test('what it does not know it does not do', async () => {
  const { file, troupe } = givenFolder()

  expect((await troupe('init', 'typescript')).err).toContain('init does not know typescript')
  expect(existsSync(file)).toBe(false)
})

test.each([
  [['dist', '8080', 'more'], 'Expected 2 arguments but got 3'],
  [['dist', 'http'], '--port: expected a whole number, got "http"'],
  [['--basic-auth-username', 'anna'], 'a user name and a password go together'],
])('serve %j is refused before anything starts', async (words, expected) => {
  const { troupe } = commandLine({ isRunning: false })

  const { code, err, starts } = await troupe('serve', ...words)

  expect({ code, starts }).toEqual({ code: 1, starts: 0 })
  expect(err).toContain(expected)
})
