/*
 * Sweeps the cookie that it carries itself, and lives to tell.
 *
 *   TROUPE_COOKIE=… node --import jiti/register sweeper.ts <home>
 */
import { systemClock } from '../../../src/base/clock.ts'
import { forkHost } from '../../../src/process/fork-host.ts'

const host = await forkHost({
  home: process.argv[2] ?? '',
  managerId: 'sweeper',
  clock: systemClock,
})
const survivors = await host.sweep(process.env['TROUPE_COOKIE'] ?? '')
process.stdout.write(JSON.stringify(survivors))
await host.close()
