import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openShell } from '../../support/command-line.ts'
import { broken, noting, running, saying } from './given.ts'
import { givenSource, hasGit } from './repository.ts'

describe.skipIf(!hasGit)('with git', () => {
  test('pull fetches, prepares as the service would, reloads, and tells the way', async () => {
    const { troupe, source, pull, runsNow, prepared } = await running({ post_update: [noting] })
    const before = await troupe.pidOf('web')
    source.publish('second', { 'app.cjs': saying('v2') })

    const { moves, instances } = await pull()

    expect(moves).toMatchObject([
      {
        services: ['web'],
        root: source.dir,
        from: source.git('rev-parse', 'HEAD~1'),
        to: source.git('rev-parse', 'HEAD'),
        subject: 'second',
      },
    ])
    expect(runsNow()).toBe('v2')
    expect(prepared()).toEqual(["'v2'", `web in ${source.dir}`])
    expect(instances).toMatchObject([{ service: 'web', state: 'online' }])
    expect(await troupe.pidOf('web')).not.toBe(before)
    const [web] = await troupe.client.describe('web')
    expect(web?.source).toMatchObject({ subject: 'second' })
  })

  test('a service that is watched is brought along once, and no change of the pull restarts it', async () => {
    const { troupe, source, pull, runsNow } = await running({ watch: true, watch_delay: 50 })
    source.publish('second', { 'app.cjs': saying('v2') })

    await pull()

    expect(runsNow()).toBe('v2')
    expect(troupe.events('instance.restarting').map(({ data }) => data['by'])).not.toContain(
      'watch',
    )
    expect(troupe.events('instance.spawned')).toHaveLength(2)
  })

  test('where nothing is new nothing is done', async () => {
    const { troupe, pull } = await running({ post_update: 'exit 1' })
    const before = await troupe.pidOf('web')

    expect(await pull()).toMatchObject({
      moves: [],
      notes: [expect.stringMatching(/^web has all of origin\/main already: \w{7} first$/)],
    })
    expect(await troupe.pidOf('web')).toBe(before)
  })

  test('backward and forward go along the commits, also along those that no remote has', async () => {
    const { source, pull, backward, forward, runsNow } = await running()
    source.publish('second', { 'app.cjs': saying('v2') })
    await pull()
    source.commit('mine', { 'app.cjs': saying('v3') })

    await backward()
    await backward()
    expect([runsNow(), ...source.history()]).toEqual(['v1', 'first'])
    await expect(backward()).rejects.toMatchObject({
      message: 'web stays as it is: there is no commit before this one',
    })

    await forward()
    await forward()
    expect([runsNow(), ...source.history()]).toEqual(['v3', 'mine', 'second', 'first'])
    await expect(forward()).rejects.toMatchObject({
      message: 'web stays as it is: no commit after this one is known here',
    })
  })

  test('pull goes to a commit that is named, there and back', async () => {
    const { source, pull, runsNow } = await running()
    const first = source.git('rev-parse', 'HEAD')
    source.publish('second', { 'app.cjs': saying('v2') })
    source.publish('third', { 'app.cjs': saying('v3') })

    await expect(pull('no-such')).rejects.toMatchObject({
      message: expect.stringContaining('knows no commit no-such'),
    })
    await pull('origin/main~1')
    expect([runsNow(), ...source.history()]).toEqual(['v2', 'second', 'first'])
    await pull(first.slice(0, 10))
    expect([runsNow(), ...source.history()]).toEqual(['v1', 'first'])
    await pull()
    expect([runsNow(), ...source.history()]).toEqual(['v3', 'third', 'second', 'first'])
  })

  test('services of one repository move together, and others of it are named', async () => {
    const { troupe, source, declare, prepared } = await running({ post_update: noting })
    await declare({ name: 'worker', post_update: noting }, { name: 'cron' })
    const before = [
      await troupe.pidOf('web'),
      await troupe.pidOf('worker'),
      await troupe.pidOf('cron'),
    ]
    source.publish('second', { 'app.cjs': saying('v2') })

    const { moves, notes } = await troupe.client.command('pull', ['web', 'worker'], {})

    const after = [
      await troupe.pidOf('web'),
      await troupe.pidOf('worker'),
      await troupe.pidOf('cron'),
    ]
    expect(moves).toMatchObject([{ services: ['web', 'worker'] }])
    expect(notes).toContainEqual(`cron runs from ${source.dir} as well, and was not reloaded`)
    expect(after.map((pid, index) => pid === before[index])).toEqual([false, false, true])
    expect(prepared().filter((line) => line.startsWith("'"))).toEqual(["'v2'"])
  })

  test('a stopped service gets its source, and is not started', async () => {
    const { troupe, source, pull } = await running()
    await troupe.client.stop('web')
    source.publish('second', { 'app.cjs': saying('v2') })

    await pull()

    expect(source.history()).toEqual(['second', 'first'])
    expect(await troupe.view('web')).toMatchObject({ state: 'stopped' })
  })

  test('the command line tells how far it is, and fails where the update does', async () => {
    const source = givenSource({ 'app.cjs': 'setInterval(() => {}, 1000)' })
    const { troupe } = await openShell()
    await troupe('start', join(source.dir, 'app.cjs'), '--name', 'web', '--cwd', source.dir)
    source.publish('second', { 'app.cjs': 'setInterval(() => {}, 2000)' })

    const pulled = await troupe('pull', 'web')
    expect(pulled.stderr).toMatch(/^web: fetching\nweb: \w{7} → \w{7} second\nweb: reloading\n/)
    expect(pulled.stdout).toMatch(/^✓ web updated, \w{7} → \w{7} second\n✓ web#0 online, pid \d+\n/)
    expect(pulled.code).toBe(0)

    const back = await troupe('backward', 'web', '--json')
    expect(JSON.parse(back.stdout)).toMatchObject({ moves: [{ subject: 'first' }] })
    expect(back).toMatchObject({ code: 0, stderr: '' })

    source.publish('bad', { 'app.cjs': broken })
    const failed = await troupe('pull', 'web')
    expect(failed.stderr).toMatch(
      /error: pull of web failed: web#0 .*\nhint: the source is back at /,
    )
    expect(failed.code).toBe(1)
  })
})
