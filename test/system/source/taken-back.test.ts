import { describe, expect, test } from 'vitest'
import { broken, noting, running, saying } from './given.ts'
import { hasGit } from './repository.ts'

describe.skipIf(!hasGit)('with git', () => {
  test('when a command of post_update fails the source goes back and is prepared again, and the process is untouched', async () => {
    const failing = `${noting}; if grep -q v2 app.cjs; then echo no such module >&2; touch app.cjs.bak; echo x >> app.cjs; exit 4; fi`
    const post_update = [failing, 'echo never >> "$PREPARED"']
    const { troupe, source, pull, prepared } = await running({ post_update })
    const before = await troupe.pidOf('web')
    source.publish('second', { 'app.cjs': saying('v2') })

    await expect(pull()).rejects.toMatchObject({
      code: 'E_FAILED',
      message: expect.stringMatching(
        /^pull of web failed: `.*` ended with code 4:\nno such module$/s,
      ),
      hint: expect.stringMatching(
        /^the source is back at \w{7} first; what ran runs on, untouched$/,
      ),
    })

    expect(source.history()).toEqual(['first'])
    expect(source.git('status', '--porcelain', '--untracked-files=no')).toBe('')
    const place = `web in ${source.dir}`
    expect(prepared()).toEqual(["'v2'", place, "'v1'", place, 'never'])
    expect(await troupe.pidOf('web')).toBe(before)
  })

  test('a command that takes too long is ended, with what it started', async () => {
    const post_update = 'echo begun; sleep 1000 & sleep 1000'
    const { troupe, source, pull } = await running({ post_update, exec_timeout: 300 })
    source.publish('second', { 'app.cjs': saying('v2') })

    await expect(pull()).rejects.toMatchObject({
      message: expect.stringMatching(/took longer than 300 ms:\nbegun$/),
    })
    expect(troupe.events('instance.exited', 'web')).toEqual([])
  })

  test('a bad build in fork mode is taken back, and the old one runs again', async () => {
    const { source, pull, runsNow, troupe } = await running()
    source.publish('bad', { 'app.cjs': broken })

    await expect(pull()).rejects.toMatchObject({
      message: expect.stringMatching(/^pull of web failed: web#0 /),
      hint: expect.stringMatching(
        /^the source is back at \w{7} first; web had been replaced, and was started again on it$/,
      ),
    })

    expect(source.history()).toEqual(['first'])
    expect(await troupe.view('web')).toMatchObject({ state: 'online' })
    expect(runsNow()).toBe('v1')
  })

  test('a bad build in cluster mode is taken back, and the old processes run on untouched', async () => {
    const serving = `require('node:http').createServer().listen(0, '127.0.0.1'); ${saying('v1')}`
    const { troupe, source, pull, declare } = await running()
    source.publish('serving', { 'app.cjs': serving })
    await pull()
    await declare({ instances: 2 })
    const before = [await troupe.pidOf('web', 0), await troupe.pidOf('web', 1)]
    source.publish('bad', { 'app.cjs': broken })

    await expect(pull()).rejects.toMatchObject({
      message: expect.stringMatching(/^pull of web failed: reload of web was rolled back: /),
      hint: expect.stringMatching(/ serving; what ran runs on, untouched$/),
    })

    expect([await troupe.pidOf('web', 0), await troupe.pidOf('web', 1)]).toEqual(before)
  })
})
