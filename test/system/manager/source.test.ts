import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openShell } from '../../support/command-line.ts'
import { eventually } from '../../support/eventually.ts'
import { startManager } from '../../support/troupe.ts'
import { givenSource } from './source-lab.ts'

type App = Readonly<Record<string, unknown>>

/** A program that leaves word of which version runs, outside the working tree. */
const saying = (version: string): string =>
  `require('node:fs').writeFileSync(process.env.RUNS, '${version}'); setInterval(() => {}, 1000)`
const broken = `process.exit(3)`

/** A service that runs from a clone of one commit, v1. */
async function running(app: App = {}) {
  const source = givenSource({ 'app.cjs': saying('v1') })
  const troupe = await startManager()
  const runs = join(troupe.home.dir, 'runs')
  const prepared = join(troupe.home.dir, 'prepared')
  const declare = (...apps: readonly App[]) =>
    troupe.declare({
      apps: apps.map((each) => ({
        name: 'web',
        script: join(source.dir, 'app.cjs'),
        cwd: source.dir,
        min_uptime: 300,
        env: { RUNS: runs, PREPARED: prepared },
        ...each,
      })),
    })
  await declare(app)
  const runsNow = () => readFileSync(runs, 'utf8')
  await eventually('v1 runs', () => (runsNow() === 'v1' ? true : undefined))
  return {
    troupe,
    source,
    declare,
    runsNow,
    pull: (commit?: string) =>
      troupe.client.command('pull', 'web', commit === undefined ? {} : { commit }),
    backward: () => troupe.client.command('backward', 'web', {}),
    forward: () => troupe.client.command('forward', 'web', {}),
    /** What `post_update` has written, a line each time. */
    prepared: () => readFileSync(prepared, 'utf8').trim().split('\n'),
  }
}

/** Writes which version it found, and with what. */
const noting = `grep -o "'v[0-9]'" app.cjs >> "$PREPARED"; echo "$TROUPE_SERVICE in $PWD"  >> "$PREPARED"`

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

test('where nothing is new nothing is done', async () => {
  const { troupe, pull } = await running({ post_update: 'exit 1' })
  const before = await troupe.pidOf('web')

  expect(await pull()).toMatchObject({
    moves: [],
    notes: [expect.stringMatching(/^web has all of origin\/main already: \w{7} first$/)],
  })
  expect(await troupe.pidOf('web')).toBe(before)
})

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
    hint: expect.stringMatching(/^the source is back at \w{7} first; what ran runs on, untouched$/),
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
  expect(failed.stderr).toMatch(/error: pull of web failed: web#0 .*\nhint: the source is back at /)
  expect(failed.code).toBe(1)
})
