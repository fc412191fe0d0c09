import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fixture } from '../../support/built.ts'
import { eventually } from '../../support/eventually.ts'
import { isRunning } from '../../support/traces.ts'
import { noSmallDisk, smallDisk } from '../../support/tmpfs.ts'
import { startManager } from '../../support/troupe.ts'

const reason = noSmallDisk()
const skip = reason !== undefined
const skipped = skip ? ` (skipped: ${reason})` : ''

test('a service whose log device is full: its end says so, others are not touched', async () => {
  const troupe = await startManager()
  await troupe.declare({
    apps: [
      { name: 'neighbour', script: 'sleep 1000' },
      {
        name: 'talker',
        script: fixture('numbered-lines.mjs'),
        out_file: '/dev/full',
        autorestart: false,
      },
    ],
  })
  const neighbour = await troupe.pidOf('neighbour')
  const manager = await troupe.managerPid()

  await troupe.until('talker', 'stopped')

  const [exited] = troupe.events('instance.exited', 'talker')
  expect(exited?.data).toMatchObject({ class: 'failure', note: 'the log device is full' })
  expect(exited?.data.lastLogLines.join('\n')).toContain('ENOSPC')
  expect(await troupe.why('talker')).toContain('the log device is full')
  expect(await troupe.pidOf('neighbour')).toBe(neighbour)
  expect(await troupe.managerPid()).toBe(manager)
})

test(
  `a disk full of logs is named as the reason, and the service is back once there is room${skipped}`,
  { skip },
  async () => {
    const disk = smallDisk(3_000)
    const troupe = await startManager()
    await troupe.declare({
      apps: [
        { name: 'neighbour', script: 'sleep 1000' },
        {
          name: 'talker',
          script: fixture('numbered-lines.mjs'),
          env: { LINES_PER_SECOND: 100_000 },
          out_file: join(disk.dir, 'talker.log'),
          restart_delay: 100,
          max_restarts: 1_000,
        },
      ],
    })
    const neighbour = await troupe.pidOf('neighbour')
    const manager = await troupe.managerPid()
    const full = `the disk under ${disk.dir} is full`

    const exited = await eventually('it has met the end of the disk', () =>
      troupe.events('instance.exited', 'talker').at(0),
    )
    expect(exited.data.note).toContain(full)
    const failed = await eventually('the next start is refused', () =>
      troupe.events('instance.start_failed', 'talker').at(0),
    )
    expect(failed.data).toMatchObject({
      why: expect.stringContaining(`cannot keep files in ${disk.dir}`),
      hint: 'free some disk space',
    })
    const story = await troupe.why('talker')
    expect(story).toContain(full)
    expect(story).toContain('free some disk space')

    await rm(join(disk.dir, 'talker.log'))

    await troupe.until('talker', 'online')
    expect(await troupe.pidOf('neighbour')).toBe(neighbour)
    expect(await troupe.managerPid()).toBe(manager)
  },
)

test(
  `a home whose disk is full: the manager lives, supervises, and says so${skipped}`,
  { skip },
  async () => {
    const disk = smallDisk(6_000)
    const troupe = await startManager(join(disk.dir, 'home'))
    await troupe.declare({
      apps: [
        { name: 'web', script: 'sleep 1000' },
        { name: 'mortal', script: 'sleep 1000', restart_delay: 100, max_restarts: 1_000 },
      ],
    })
    const manager = await troupe.managerPid()
    const web = await troupe.pidOf('web')
    const mortal = await troupe.pidOf('mortal')
    const filler = await disk.fill()

    process.kill(mortal, 'SIGKILL')
    const troubles = await eventually('the disk refuses the journal', async () => {
      const { degraded } = await troupe.client.ping()
      return degraded.find((each) => each.startsWith('the event journal cannot be written'))
    })
    expect(troubles).toContain('ENOSPC')
    expect(await troupe.view('mortal')).toMatchObject({
      lastExit: { pid: mortal, exit: { signal: 'SIGKILL' } },
    })
    expect(await troupe.why('mortal')).toContain('SIGKILL')
    expect(await troupe.why('mortal')).toContain('free some disk space')
    expect(await troupe.managerPid()).toBe(manager)

    const third = troupe.declare({ apps: [{ name: 'third', script: 'sleep 1000' }] })
    await expect(third).rejects.toThrow('ENOSPC')
    expect(await troupe.client.list()).toHaveLength(2)
    await troupe.client.stop('web')
    expect(isRunning(web)).toBe(false)
    const { degraded } = await troupe.client.ping()
    expect(degraded.join('\n')).toContain('the desired state cannot be written')

    await rm(filler)

    await eventually('mortal is back', async () =>
      (await troupe.pidOf('mortal')) === mortal ? undefined : true,
    )
    await troupe.client.start('web')
    expect((await troupe.client.ping()).degraded.join('\n')).not.toContain('cannot be written')
  },
)

test(
  `a manager that is killed while the disk of its home is full is replaced all the same${skipped}`,
  { skip },
  async () => {
    const disk = smallDisk(6_000)
    const troupe = await startManager(join(disk.dir, 'home'))
    await troupe.declare({ apps: [{ name: 'web', script: 'sleep 1000' }] })
    const web = await troupe.pidOf('web')
    const filler = await disk.fill()

    const killed = await troupe.killManager()
    await troupe.reconnect()

    expect(await troupe.managerPid()).not.toBe(killed)
    expect(await troupe.pidOf('web')).toBe(web)
    await troupe.client.stop('web')
    expect(await troupe.view('web')).toMatchObject({ state: 'stopped' })
    await rm(filler)
  },
)
