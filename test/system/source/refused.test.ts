import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { running, saying } from './given.ts'
import { hasGit } from './repository.ts'

describe.skipIf(!hasGit)('with git', () => {
  test('changes that are not committed are nobody’s to lose', async () => {
    const { source, pull, backward } = await running()
    source.publish('second', { 'app.cjs': saying('v2') })
    writeFileSync(join(source.dir, 'app.cjs'), '// mine')

    const refusal = {
      code: 'E_FAILED',
      message: `web stays as it is: ${source.dir} has changes that are not committed`,
      hint: expect.stringContaining('git stash'),
    }
    await expect(pull()).rejects.toMatchObject(refusal)
    await expect(backward()).rejects.toMatchObject(refusal)
    expect(readFileSync(join(source.dir, 'app.cjs'), 'utf8')).toBe('// mine')
  })

  test('a file that git does not know is not overwritten', async () => {
    const { source, pull } = await running()
    source.publish('second', { 'local.json': '{}' })
    writeFileSync(join(source.dir, 'local.json'), 'mine')

    await expect(pull()).rejects.toMatchObject({ message: expect.stringContaining('local.json') })

    expect(readFileSync(join(source.dir, 'local.json'), 'utf8')).toBe('mine')
    expect(source.history()).toEqual(['first'])
  })

  test('without a branch, without an upstream, and without git, pull says what is missing', async () => {
    const { troupe, source, pull, declare } = await running()

    source.git('branch', '--unset-upstream')
    await expect(pull()).rejects.toMatchObject({
      message: expect.stringContaining('branch main'),
      hint: `say which: git -C ${source.dir} branch --set-upstream-to=origin/main`,
    })
    source.git('checkout', '--quiet', '--detach')
    await expect(pull()).rejects.toMatchObject({ message: expect.stringContaining('on no branch') })
    await declare({ name: 'bare', cwd: troupe.home.dir })
    await expect(troupe.client.command('pull', 'bare', {})).rejects.toMatchObject({
      code: 'E_FAILED',
      message: expect.stringMatching(
        /^git could not look at the source in .*: fatal: not a git repository/,
      ),
    })
  })

  test('branches that went different ways are not brought together', async () => {
    const { source, pull } = await running()
    source.publish('theirs', { 'a.txt': '1' })
    source.commit('mine', { 'b.txt': '1' })

    await expect(pull()).rejects.toMatchObject({
      message: expect.stringMatching(/has 1 of its own commits and lacks 1 of origin\/main/),
      hint: expect.stringContaining('rebase origin/main'),
    })
    expect(source.history()).toEqual(['mine', 'first'])
  })
})
