import { type LaunchRecord, type ProcessIdentity } from '../../src/process/host.ts'

export const record: LaunchRecord = {
  service: 'web',
  slot: 0,
  launchId: 'web.0.1',
  cookie: 'm:web.0.1:abc',
  argv: ['node', 'app.js'],
  cwd: '/srv/app',
  files: { out: '/dev/null', error: '/dev/null' },
  at: 0,
  dir: '/home/run/web.0.1',
}

export function identityOf(pid: number): ProcessIdentity {
  return { bootId: 'boot', pid, startTicks: pid }
}
