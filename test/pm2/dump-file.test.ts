import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import {
  dumpOfPm2,
  type DumpPlaces,
  dumpPlaces,
  livingPm2,
  removeDump,
  writeDump,
} from '../../src/pm2/dump-file.ts'
import type { ProcessDescription } from '../../src/pm2/process-description.ts'

async function givenPlaces(): Promise<DumpPlaces> {
  const dir = await mkdtemp(join(tmpdir(), 'troupe-dump-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  await mkdir(join(dir, 'troupe'))
  const usual = join(dir, 'dump.pm2')
  return { usual, beside: join(dir, 'troupe/dump.pm2'), ofPm2: usual }
}

const api: ProcessDescription = {
  name: 'api',
  pm_id: 3,
  pid: 7,
  monit: { memory: 0, cpu: 0 },
  pm2_env: { name: 'api', pm_id: 3, instances: 1, pm_exec_path: '/srv/api.js', env: {} },
}

const ofPm2 = JSON.stringify([{ name: 'old', pm_exec_path: '/srv/old.js', env: { SECRET: 'x' } }])

test('a dump has what PM2 writes of each process, and keeps the one before', async () => {
  const places = await givenPlaces()

  await writeDump(places, [], '1.0.0')
  expect(await writeDump(places, [api], '1.0.0')).toBe(places.usual)

  expect(JSON.parse(await readFile(places.usual, 'utf8'))).toEqual([
    { name: 'api', pm_exec_path: '/srv/api.js', env: {}, _troupe_version: '1.0.0' },
  ])
  expect(await readFile(`${places.usual}.bak`, 'utf8')).toBe('[]')
  expect((await stat(places.usual)).mode & 0o777).toBe(0o600)
})

test('a dump that PM2 wrote is not written over, and not removed', async () => {
  const places = await givenPlaces()
  await writeFile(places.usual, ofPm2)

  expect(await writeDump(places, [api], '1.0.0')).toBe(places.beside)
  await removeDump(places)

  expect(await readFile(places.usual, 'utf8')).toBe(ofPm2)
  await expect(stat(places.beside)).rejects.toThrow('ENOENT')
})

test("PM2's dump is found, or else the one before it, and ours is none", async () => {
  const places = await givenPlaces()
  expect(await dumpOfPm2(places)).toEqual([])

  await writeDump(places, [api], '1.0.0')
  expect(await dumpOfPm2(places)).toEqual([])

  await writeFile(places.usual, '[{"half":')
  await writeFile(`${places.usual}.bak`, ofPm2)
  expect(await dumpOfPm2(places)).toEqual([expect.objectContaining({ name: 'old' })])
})

test('a PM2 that runs is known by its pid file', async () => {
  const places = await givenPlaces()
  const pidFile = join(places.usual, '../pm2.pid')

  expect(await livingPm2(places)).toBeUndefined()
  await writeFile(pidFile, String(process.pid))
  expect(await livingPm2(places)).toBe(process.pid)
  await writeFile(pidFile, 'no pid')
  expect(await livingPm2(places)).toBeUndefined()
})

test('it stands where PM2_DUMP_FILE_PATH says, or in the home', () => {
  const places = { home: '/p/troupe', pm2Home: '/p' }
  const home = join(homedir(), '.troupe')

  expect(dumpPlaces({}, places)).toEqual({
    usual: '/p/dump.pm2',
    beside: '/p/troupe/dump.pm2',
    ofPm2: '/p/dump.pm2',
  })
  expect(dumpPlaces({ PM2_DUMP_FILE_PATH: '/d/x' }, places).usual).toBe('/d/x')
  expect(dumpPlaces({}, { home, pm2Home: home }).ofPm2).toBe(join(homedir(), '.pm2/dump.pm2'))
})
