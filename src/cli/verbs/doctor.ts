import { stat } from 'node:fs/promises'
import { messageOf, TroupeError } from '../../base/errors.ts'
import type { Finding } from '../../protocol/answers.ts'
import type { Call, Place } from '../call.ts'
import { columns } from '../columns.ts'
import { homeText } from '../host-text.ts'
import { findSession, noManager } from '../session.ts'
import type { Palette } from '../screen.ts'
import { ownVersion } from '../version.ts'

/** Checks whether this host can be relied on; a problem makes it fail. */
export async function doctor({ options, place }: Call): Promise<number> {
  const findings = await examine(place)
  const { screen } = place
  if (options.json === true) screen.print(JSON.stringify({ findings }))
  else screen.print(findingsText(findings, screen.paint))
  return findings.some(({ verdict }) => verdict === 'problem') ? 1 : 0
}

/** One finding a line, and below it what to do about it. */
export function findingsText(findings: readonly Finding[], paint: Palette): string {
  const marks = { ok: paint.good('✓'), warning: paint.busy('!'), problem: paint.bad('✗') }
  const rows = findings.flatMap(({ about, verdict, text, next }) => [
    [marks[verdict], about, text],
    ...(next === undefined ? [] : [['', '', paint.faint(`→ ${next}`)]]),
  ])
  return columns(rows)
}

async function examine(place: Place): Promise<readonly Finding[]> {
  try {
    const session = await findSession(place)
    if (session === undefined) return withoutManager(place)
    const [{ findings }, host] = await Promise.all([
      session.ask('doctor', [], {}),
      session.ask('ping', [], {}),
    ])
    return [managerFinding(host.pid, host.version), ...findings]
  } catch (thrown) {
    return [unwell(thrown)]
  }
}

function managerFinding(pid: number, version: string): Finding {
  const text = `pid ${pid}, troupe ${version}`
  if (version === ownVersion()) return { about: 'manager', verdict: 'ok', text }
  return {
    about: 'manager',
    verdict: 'warning',
    text: `${text}, and this command is ${ownVersion()}`,
    next: 'troupe detach, then troupe ping: the new manager adopts every service',
  }
}

/** What can be seen from outside; Redis and the clock are the manager's to judge. */
async function withoutManager(place: Place): Promise<readonly Finding[]> {
  const { home, env } = place
  const dir = homeText(home.dir, env)
  const found = await stat(home.dir).catch(() => undefined)
  const isOpen = found !== undefined && (found.mode & 0o077) !== 0
  const first: Finding = isOpen
    ? {
        about: 'home',
        verdict: 'problem',
        text: `${dir} is open to others (mode ${(found.mode & 0o777).toString(8)})`,
        next: `chmod 700 ${home.dir}`,
      }
    : {
        about: 'home',
        verdict: 'ok',
        text: found === undefined ? `${dir} is not there yet` : `${dir} is for this user only`,
      }
  const manager: Finding = {
    about: 'manager',
    verdict: 'warning',
    text: `${noManager(place)}: nothing is supervised, and Redis was not looked at`,
    next: 'start one with: troupe ping',
  }
  return [first, manager]
}

function unwell(thrown: unknown): Finding {
  const hint = TroupeError.is(thrown) ? thrown.hint : undefined
  return {
    about: 'manager',
    verdict: 'problem',
    text: messageOf(thrown),
    ...(hint === undefined ? {} : { next: hint }),
  }
}
