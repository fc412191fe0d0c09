import { chmod, symlink } from 'node:fs/promises'
import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../../../src/base/clock.ts'
import type { WatchSpec } from '../../../src/declaration/triggers.ts'
import { openChokidar } from '../../../src/supervisor/triggers/chokidar-watch.ts'
import type { FileWatch } from '../../../src/supervisor/triggers/file-watch.ts'
import type { TriggerAction, TriggerNote } from '../../../src/supervisor/triggers/ports.ts'
import { Triggers } from '../../../src/supervisor/triggers/triggers.ts'
import { watchRules } from '../../../src/supervisor/triggers/watch-rules.ts'
import { serviceOf } from '../../declaration/given.ts'
import { eventually } from '../../support/eventually.ts'
import { Folder } from './folder.ts'

const closers: (() => Promise<void>)[] = []

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

interface Heard {
  readonly changed: readonly string[]
  readonly gone: number
  readonly failed: readonly string[]
  readonly blind: readonly string[]
}

/** Watches with the rules of a declaration and keeps what it hears. */
async function watch(folder: Folder, given: Partial<WatchSpec> = {}) {
  const changed: string[] = []
  const failed: string[] = []
  const blind: string[] = []
  const counts = { gone: 0 }
  const spec = { base: folder.path, paths: ['.'], delayMs: 0, options: {}, ...given }
  const rules = watchRules(spec, { home: folder.at('home'), written: () => [folder.at('out.log')] })
  const watches: FileWatch[] = []
  for (const root of rules.roots) {
    const order = {
      root,
      counts: (path: string) => rules.explain(path).kind === 'counts',
      mayHold: (path: string) => rules.mayHold(path),
      options: spec.options,
    }
    watches.push(
      await openChokidar(order, {
        changed: (path) => changed.push(path.slice(folder.path.length + 1)),
        gone: () => (counts.gone += 1),
        failed: (thrown) => failed.push(String(thrown)),
        blind: (thrown) => blind.push(String(thrown)),
      }),
    )
  }
  closers.push(async () => void (await Promise.all(watches.map((each) => each.close()))))
  return {
    heard: (): Heard => ({ changed, gone: counts.gone, failed, blind }),
    /** Resolves with all that was heard until a witness, written after everything else, is. */
    until: (witness: string) =>
      eventually(`${witness} is heard`, () => (changed.includes(witness) ? changed : undefined)),
  }
}

test('every change that is made once it is open is heard, however soon', async () => {
  for (let round = 0; round < 20; round++) {
    const folder = await Folder.with('a/b/c.js')

    const { until } = await watch(folder)
    await folder.write('a/b/c.js')

    expect(await until('a/b/c.js')).toEqual(['a/b/c.js'])
  }
})

test('files that were there before are no change', async () => {
  const folder = await Folder.with('a.js', 'b/c.js', 'witness')

  const { until } = await watch(folder)
  await folder.write('witness')

  expect(await until('witness')).toEqual(['witness'])
})

test('new files, new folders, removed files and saves by renaming are heard', async () => {
  const folder = await Folder.with('old.js', 'saved.js')
  const { until } = await watch(folder, { ignore: ['*.tmp'] })

  await folder.write('new.js')
  await until('new.js')
  await folder.write('deep/er/new.js')
  await until('deep/er/new.js')
  await folder.remove('old.js')
  await until('old.js')
  await folder.replace('saved.js')

  await expect(until('saved.js')).resolves.toContain('saved.js')
})

test('globs are heard where they reach and nowhere else', async () => {
  const folder = await Folder.with('src/a.ts', 'src/a.js', 'src/x/b.ts', 'lib/c.ts', 'witness')
  const { until } = await watch(folder, { paths: ['src/**/*.ts', 'witness'] })

  for (const file of ['lib/c.ts', 'src/a.js', 'src/x/b.ts']) await folder.write(file)
  await until('src/x/b.ts')
  await folder.write('witness')

  expect(await until('witness')).toEqual(['src/x/b.ts', 'witness'])
})

test('dotfiles, modules, version control, logs and the home are not heard', async () => {
  const silent = ['.env', 'node_modules/a/b.js', '.git/index', 'out.log', 'out-3.log', 'home/state']
  const folder = await Folder.with(...silent, 'witness')
  const { until } = await watch(folder)

  for (const file of silent) await folder.write(file)
  await folder.write('witness')

  expect(await until('witness')).toEqual(['witness'])
})

test('a module that is watched by name is heard, the others are not', async () => {
  const folder = await Folder.with('node_modules/a/i.js', 'node_modules/b/i.js', 'witness')
  const { until } = await watch(folder, { paths: ['.', 'node_modules/b'] })

  await folder.write('node_modules/a/i.js')
  await folder.write('node_modules/b/i.js')
  await until('node_modules/b/i.js')
  await folder.write('witness')

  expect(await until('witness')).toEqual(['node_modules/b/i.js', 'witness'])
})

test('polling hears as well, where the system cannot tell', async () => {
  const folder = await Folder.with('a.js')
  const { until } = await watch(folder, { options: { usePolling: true, interval: 20 } })

  await folder.write('a.js', 'another length')

  expect(await until('a.js')).toContain('a.js')
})

test('what a link leads to is heard, unless links are not to be followed', async () => {
  const elsewhere = await Folder.with('a.js')
  const folder = await Folder.with('witness')
  await symlink(elsewhere.path, folder.at('linked'))
  const following = await watch(folder)
  const staying = await watch(folder, { options: { followSymlinks: false } })

  await elsewhere.write('a.js')
  await following.until('linked/a.js')
  await folder.write('witness')

  expect(await staying.until('witness')).toEqual(['witness'])
})

test('a root that is removed is told, and one that is missing refused', async () => {
  const folder = await Folder.with('src/a.js')
  const { heard } = await watch(folder, { paths: ['src'] })

  await folder.remove('src')

  await eventually('the root is gone', () => (heard().gone > 0 ? true : undefined))
  await expect(watch(folder, { paths: ['src'] })).rejects.toMatchObject({ code: 'ENOENT' })
})

test.skipIf(process.getuid?.() === 0)(
  'a folder that may not be read is told, the rest is heard',
  async () => {
    const folder = await Folder.with('locked/a.js', 'b.js')
    await chmod(folder.at('locked'), 0)
    const { heard, until } = await watch(folder)

    await folder.write('b.js')

    await until('b.js')
    expect(heard().blind).toHaveLength(1)
    expect(heard().failed).toEqual([])
    await chmod(folder.at('locked'), 0o700)
  },
)

/** A service whose script is in the folder, with real files and real time around it. */
async function service(folder: Folder, app: Readonly<Record<string, unknown>>) {
  const actions: TriggerAction[] = []
  const notes: TriggerNote[] = []
  const state = { isUp: true, asked: 0 }
  const triggers = new Triggers({
    clock: systemClock,
    home: folder.at('home'),
    act: async (action) => void actions.push(action),
    note: (note) => void notes.push(note),
    processes: () => [],
    openWatch: openChokidar,
    meter: { measure: () => Promise.resolve(new Map()) },
    firings: { last: () => undefined, record: () => {} },
    report: (what, thrown) => {
      throw new Error(what, { cause: thrown })
    },
  })
  closers.push(() => triggers.close())
  const { watch: watched, ...spec } = serviceOf({
    name: 'api',
    watch: true,
    watch_delay: 20,
    ...app,
  })
  if (watched === undefined) throw new Error('it watches nothing')
  const placed = { ...spec, watch: { ...watched, base: folder.path } }
  const isUp = () => {
    state.asked += 1
    return state.isUp
  }
  await triggers.set({ id: 'x1', spec: placed, isUp })
  const reason = (why: string) =>
    eventually(`a restart because ${why}`, () => actions.find((action) => action.why === why))
  return { actions, notes, state, triggers, reason }
}

test('a service is restarted for a change, left alone while it is stopped, and watched on', async () => {
  const folder = await Folder.with('app.js', 'b.js')
  const { actions, state, reason } = await service(folder, {})

  await folder.write('app.js')
  await reason('`app.js` changed')

  state.isUp = false
  const { asked } = state
  await folder.write('b.js')
  await eventually('b.js is heard', () => (state.asked > asked ? true : undefined))
  expect(actions).toHaveLength(1)

  state.isUp = true
  await folder.write('app.js', 'newer')
  await eventually('a second restart', () => (actions.length === 2 ? true : undefined))
})

test('a folder that a build removes and makes anew is watched on', async () => {
  const folder = await Folder.with('dist/app.js')
  const { actions, notes, reason } = await service(folder, { watch: 'dist' })

  await folder.remove('dist')
  await folder.write('dist/app.js')
  await eventually('a restart', () => (actions.length > 0 ? true : undefined))
  await eventually('it is watched again', async () => {
    await folder.write('dist/late.js', String(performance.now()))
    return actions.find(({ why }) => why === '`dist/late.js` changed')
  })

  expect(notes).toEqual([])
  await expect(reason('`dist/late.js` changed')).resolves.toBeDefined()
})

test('a path that does not exist yet is told, and watched once it is there', async () => {
  const folder = await Folder.with('app.js')
  const { notes, reason } = await service(folder, { watch: ['build'] })
  expect(notes[0]?.text).toBe(`\`${folder.at('build')}\` is not watched: it does not exist`)

  await folder.write('build/app.js')

  await reason('`build` changed')
  expect(notes[1]?.text).toBe(`\`${folder.at('build')}\` is watched again`)
})
