import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { checkReach } from '../../src/process/reach.ts'

const somebody = { uid: 54_321, gid: 54_321 }

/** A program in a directory of its own, with these modes. */
async function program(ofDirectory: number, ofFile: number): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'troupe-reach-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  await chmod(root, 0o755)
  const dir = join(root, 'bin')
  await mkdir(dir)
  await writeFile(join(dir, 'run'), '')
  await chmod(join(dir, 'run'), ofFile)
  await chmod(dir, ofDirectory)
  return join(dir, 'run')
}

function refusalOf(check: () => void): string | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

// prettier-ignore
const modes: [string, number, number, boolean][] = [
  ['that all may run',                 0o755, 0o755, true],
  ['in a directory they may pass',     0o711, 0o711, true],
  ['that is for its owner',            0o755, 0o700, false],
  ['in a directory for its owner',     0o700, 0o755, false],
  ['that nobody may run',              0o755, 0o644, false],
]

test.each(modes)('a program %s', async (_, ofDirectory, ofFile, isRun) => {
  const path = await program(ofDirectory, ofFile)
  const said = isRun ? undefined : `the user 54321 in group 54321 cannot run ${path}`

  expect(refusalOf(() => checkReach({ cwd: '/', user: somebody }, path))).toBe(said)
  expect(refusalOf(() => checkReach({ cwd: '/' }, path))).toBeUndefined()
})

test('a directory that the user cannot enter is no place to start in', async () => {
  const dir = join(await program(0o700, 0o755), '..')

  expect(() => checkReach({ cwd: dir, user: somebody }, '/bin/sh')).toThrow(
    `the user 54321 in group 54321 cannot enter cwd ${dir}`,
  )
})
