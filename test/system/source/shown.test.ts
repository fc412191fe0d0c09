import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { running } from './given.ts'
import { hasGit } from './repository.ts'

describe.skipIf(!hasGit)('with git', () => {
  test('describe tells what git knows, and where the remote is without its password', async () => {
    const { troupe, source } = await running()
    source.git('remote', 'add', 'secret', 'https://anna:secret@example.com/a.git')
    source.commit('mine', { 'mine.txt': '1' })
    writeFileSync(join(source.dir, 'app.cjs'), '// changed')

    const [web] = await troupe.client.describe('web')

    expect(web?.source).toEqual({
      root: source.dir,
      revision: source.git('rev-parse', 'HEAD'),
      subject: 'mine',
      committedAt: Number(source.git('log', '-1', '--format=%ct')) * 1_000,
      branch: 'main',
      upstream: 'origin/main',
      remotes: ['origin', 'secret'],
      remote: 'origin',
      url: source.git('remote', 'get-url', 'origin'),
      isDirty: true,
      hasUnstaged: true,
      ahead: 1,
      behind: 0,
      previous: source.git('rev-parse', 'HEAD~1'),
    })
    expect(JSON.stringify(web)).not.toContain('anna')
  })

  test('vizion: false asks git nothing, and describe goes on without git', async () => {
    const { troupe, declare } = await running({ vizion: false })
    const [silent] = await troupe.client.describe('web')
    await declare({ name: 'bare', cwd: troupe.home.dir })
    const [bare] = await troupe.client.describe('bare')

    expect(silent).not.toHaveProperty('source')
    expect(bare).not.toHaveProperty('source')
  })
})
