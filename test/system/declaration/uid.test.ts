import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hostMachine } from '../../../src/declaration/host-machine.ts'
import { eventually } from '../../support/eventually.ts'
import { isRunning } from '../../support/traces.ts'
import { startManager } from '../../support/troupe.ts'

const nobody = hostMachine.user('nobody')
const app = { name: 'web', uid: 'nobody', cwd: '/', interpreter: '/bin/sh' }

describe.skipIf(process.getuid?.() !== 0 || nobody === undefined)(
  'a service of another user',
  () => {
    test('has the rights, the home and the name of that user, and writes its logs', async () => {
      const troupe = await startManager()
      const script = 'echo $(id -u) $(id -G) $HOME $USER; echo oops >&2; exec sleep 1000'

      await troupe.declare({ apps: [{ ...app, script }] })

      const lines = await eventually('it has said both', async () => {
        const found = await troupe.client.command('logs', 'web', { lines: 5 })
        return found.lines.length === 2 ? found.lines.map(({ line }) => line) : undefined
      })
      expect(lines.toSorted()).toEqual([
        `${nobody?.uid} ${nobody?.gid} ${nobody?.home} nobody`,
        'oops',
      ])
    })

    test('can see nothing of the home of the manager, and keeps nothing of its run directory open', async () => {
      const troupe = await startManager()
      const look = `ls ${troupe.home.dir} 2>/dev/null | wc -l; ls /proc/$$/fd; exec sleep 1000`

      await troupe.declare({ apps: [{ ...app, script: look }] })

      const lines = await eventually('it has looked', async () => {
        const found = await troupe.client.command('logs', 'web', { lines: 9, streams: ['out'] })
        return found.lines.length >= 5 ? found.lines.map(({ line }) => line) : undefined
      })
      expect(lines.filter((fd) => Number(fd) < 10)).toEqual(['0', '0', '1', '2', '4'])
      const run = join(troupe.home.dir, 'run')
      const [launch = ''] = readdirSync(run).filter((name) => name.includes('.0.'))
      const notes = readdirSync(join(run, launch)).filter((name) => name !== 'stdin')
      const owners = notes.map((name) => statSync(join(run, launch, name)))
      expect(owners.map(({ uid, mode }) => [uid, mode & 0o077])).toEqual(owners.map(() => [0, 0]))
    })

    test('is stopped like any other, and its end is known although no manager lived to see it', async () => {
      const troupe = await startManager()
      await troupe.declare({
        apps: [
          { ...app, name: 'mortal', script: 'sleep 1000; exit 7', autorestart: false },
          { ...app, script: 'exec sleep 1000' },
        ],
      })
      const mortal = await troupe.pidOf('mortal')
      const web = await troupe.pidOf('web')
      const sleeper = await eventually('it sleeps', () =>
        troupe.traces().find(({ pid, command }) => command === 'sleep 1000' && pid !== web),
      )

      await troupe.withoutManager(async () => {
        process.kill(sleeper.pid)
        await eventually('it has ended', () => (isRunning(mortal) ? undefined : true))
      })
      await troupe.reconnect()

      const view = await troupe.until('mortal', 'stopped')
      expect(view.why).toContain('code 7')
      expect(await troupe.pidOf('web')).toBe(web)
      await troupe.client.stop('web')
      expect(isRunning(web)).toBe(false)
    })

    test('that cannot reach its program is told so', async () => {
      const troupe = await startManager()

      await troupe.declare({ apps: [{ ...app, cwd: troupe.home.dir, script: 'exec sleep 1000' }] })

      const { why } = await troupe.until('web', 'errored')
      expect(why).toContain(`in group ${nobody?.gid} cannot enter cwd ${troupe.home.dir}`)
    })
  },
)
