import { existsSync, statSync } from 'node:fs'
import type { Clock } from '../base/clock.ts'
import type { Home } from '../control/home.ts'
import type { Finding } from '../protocol/answers.ts'
import type { Result } from '../protocol/operations.ts'
import type { Config } from './config.ts'
import { defaultMode } from '../fleet/authorise.ts'
import { freeBytes } from './clues.ts'
import type { DesiredService } from './desired-state.ts'
import { orphanFindings } from './doctor-orphans.ts'
import type { FleetLink } from './fleet-link.ts'
import { showBytes } from '../base/units.ts'

interface DoctorPorts {
  readonly home: Home
  readonly config: Config
  readonly fleet: FleetLink | undefined
  readonly services: readonly DesiredService[]
  readonly clock: Clock
}

/** Looks at everything that decides whether this host can be relied on. */
export async function diagnose(ports: DoctorPorts): Promise<Result<'doctor'>> {
  const findings = [
    privacy('home', ports.home.dir, 0o077),
    privacy('socket', ports.home.socket, 0o177),
    await disk(ports.home),
    ...(await redis(ports)),
    clock(ports.fleet),
    ...(await orphanFindings(ports)),
    bootSafety(),
  ]
  return { findings }
}

function privacy(about: string, path: string, others: number): Finding {
  const mode = statSync(path).mode & 0o777
  if ((mode & others) === 0) return { about, verdict: 'ok', text: `${path} is for this user only` }
  return {
    about,
    verdict: 'problem',
    text: `${path} is open to others (mode ${mode.toString(8)})`,
    next: `chmod ${about === 'home' ? '700' : '600'} ${path}`,
  }
}

async function disk({ dir, logsDir }: Home): Promise<Finding> {
  const free = await freeBytes(existsSync(logsDir) ? logsDir : dir)
  if (free === undefined) {
    return { about: 'disk', verdict: 'warning', text: 'free space cannot be read' }
  }
  const text = `${showBytes(free)} free for logs`
  if (free > 1024 ** 3) return { about: 'disk', verdict: 'ok', text }
  return {
    about: 'disk',
    verdict: 'warning',
    text,
    next: 'make room: services fail when they cannot write',
  }
}

async function redis({ config, fleet }: DoctorPorts): Promise<readonly Finding[]> {
  const view = fleet?.view
  if (view === undefined || view.kind === 'alone') {
    const text = 'none configured: this host works alone, and only here can it be commanded'
    const next = 'troupe config set redis.url redis://127.0.0.1:6379'
    return [{ about: 'redis', verdict: 'ok', text, next }]
  }
  if (view.kind === 'down') {
    const text = `${view.url} is away (${view.why}); services run on, ${view.queued} events wait`
    return [{ about: 'redis', verdict: 'problem', text, next: 'start it, or mend redis.url' }]
  }
  const mode = config.securityMode ?? defaultMode(config.redisUrl)
  const security: Finding = {
    about: 'security',
    verdict: 'ok',
    text: `commands over Redis: ${mode}`,
  }
  return [{ about: 'redis', verdict: 'ok', text: view.url }, security, ...(await advice(fleet))]
}

async function advice(fleet: FleetLink | undefined): Promise<readonly Finding[]> {
  const bus = fleet?.bus
  if (bus === undefined) return []
  const [{ adviceOn }, { readServerFacts }] = await Promise.all([
    import('../bus/advice.ts'),
    import('../bus/server-facts.ts'),
  ])
  return adviceOn(await readServerFacts(bus.command), 1)
}

const skewMs = 1_000

function clock(fleet: FleetLink | undefined): Finding {
  const offset = fleet?.bus?.status.kind === 'up' ? fleet.bus.timeOffsetMs() : undefined
  if (offset === undefined) {
    return { about: 'clock', verdict: 'ok', text: 'nothing to compare it with: no Redis' }
  }
  const text = `${Math.abs(Math.round(offset))} ms ${offset < 0 ? 'ahead of' : 'behind'} Redis`
  if (Math.abs(offset) < skewMs) return { about: 'clock', verdict: 'ok', text }
  return {
    about: 'clock',
    verdict: 'warning',
    text,
    next: 'set the clock of this host (chrony, systemd-timesyncd)',
  }
}

function bootSafety(): Finding {
  const isUnit = process.env['INVOCATION_ID'] !== undefined
  if (isUnit) return { about: 'boot', verdict: 'ok', text: 'the manager runs as a unit of systemd' }
  return {
    about: 'boot',
    verdict: 'warning',
    text: 'nothing starts this manager when the machine boots',
    next: 'let the init system do it: troupe startup; services then come back by themselves',
  }
}
