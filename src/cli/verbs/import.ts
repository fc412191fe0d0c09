import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { errnoOf, messageOf, TroupeError } from '../../base/errors.ts'
import { readContent } from '../../declaration/content.ts'
import { declarationFrom } from '../../declaration/declare.ts'
import { hostMachine } from '../../declaration/host-machine.ts'
import type { Call, Place } from '../call.ts'
import { columns } from '../columns.ts'
import { cleanApps } from '../../pm2/from-pm2/clean.ts'
import { type App, importDump, type Imported, isDump } from '../../pm2/from-pm2/dump.ts'
import { homeText } from '../host-text.ts'

/** What was found, and what it means here. */
interface Plan extends Imported {
  /** Absolute. */
  readonly from: string
  readonly isFromDump: boolean
  /** Why some of it would not start as it is. */
  readonly trouble?: string
}

/**
 * Says what a dump or a file of PM2 means here, and what will differ; writes it down where that
 * is wanted. It starts nothing, and leaves PM2 alone.
 */
export async function importing({ words, options, place }: Call): Promise<number> {
  const plan = judged(await planFor(fileFrom(words, place), place))
  const target = options.write === undefined ? undefined : resolve(place.cwd, options.write)
  if (target !== undefined) await writeNew(target, plan.apps)
  const { screen } = place
  if (options.json === true) {
    const { from, apps, notes, trouble } = plan
    screen.print(JSON.stringify({ from, apps, notes, trouble, written: target }))
  } else {
    screen.print(overview(plan, place))
    if (plan.trouble !== undefined) screen.note(plan.trouble)
    screen.print(nextStep(plan, options.write))
  }
  return plan.trouble === undefined ? 0 : 1
}

function fileFrom([word]: readonly string[], { cwd, env }: Place): string {
  if (word !== undefined) return resolve(cwd, word)
  return join(env['PM2_HOME'] ?? join(env['HOME'] ?? '/etc', '.pm2'), 'dump.pm2')
}

async function planFor(from: string, place: Place): Promise<Plan> {
  const entries = await dumpIn(from, place)
  if (entries === undefined) {
    const { raw, root } = await readContent(from, homeText(from, place.env))
    return { from, isFromDump: false, apps: cleanApps(raw, root, dirname(from)), notes: [] }
  }
  const around = { pm2Home: dirname(from), shell: place.env }
  return { from, isFromDump: true, ...importDump(entries, around) }
}

/** The processes in a dump; undefined when the file is something else. */
async function dumpIn(path: string, { env }: Place) {
  const name = homeText(path, env)
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const why = errnoOf(cause) === 'ENOENT' ? 'there is no such file' : messageOf(cause)
    throw new TroupeError('E_DECLARATION', `${name} cannot be read: ${why}`, {
      hint: 'write it with: pm2 save; or name a file: troupe import ecosystem.config.js',
      cause,
    })
  })
  const raw = jsonIn(text)
  if (isDump(raw)) return raw
  if (!path.endsWith('.pm2')) return undefined
  throw new TroupeError('E_DECLARATION', `${name} holds no process of PM2`, {
    hint: 'start what should run, then: pm2 save',
  })
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What this machine makes of it: the same words that `start` would say. */
function judged(plan: Plan): Plan {
  const cwd = dirname(plan.from)
  const around = { cwd, label: plan.from, bases: [cwd], machine: hostMachine }
  try {
    const { warnings } = declarationFrom({ raw: { apps: plan.apps }, root: '' }, around)
    return { ...plan, notes: [...plan.notes, ...warnings, ...always] }
  } catch (thrown) {
    if (!TroupeError.is(thrown, 'E_DECLARATION')) throw thrown
    return { ...plan, notes: [...plan.notes, ...always], trouble: thrown.message }
  }
}

const always = [
  'after a second unstable exit in a row a service waits, ever longer, where PM2 restarts it at once',
  'variables are computed from the file at every start, and no longer kept from the first one',
]

async function writeNew(path: string, apps: readonly App[]): Promise<void> {
  const text = `${JSON.stringify({ apps }, undefined, 2)}\n`
  try {
    // Values of variables stand in it, and some are secrets.
    await writeFile(path, text, { flag: 'wx', mode: 0o600 })
  } catch (cause) {
    if (errnoOf(cause) !== 'EEXIST') throw cause
    throw new TroupeError('E_USAGE', `${path} is there already, and is left as it is`, {
      hint: 'choose another name, or move it away',
      cause,
    })
  }
}

function overview({ from, apps, notes }: Plan, { screen, env }: Place): string {
  const { title, faint } = screen.paint
  const rows = apps.map((app) => [
    wordOf(app['name'], '-'),
    wordOf(app['instances'], '1'),
    wordOf(app['exec_mode'], 'fork'),
    wordOf(app['script'], '-'),
  ])
  const head = ['name', 'instances', 'mode', 'script'].map(title)
  const table = columns([head, ...rows]).replaceAll(/^/gm, '  ')
  const count = `${apps.length} service${apps.length === 1 ? '' : 's'}`
  const differences = notes.map((note) => `  ${note}`)
  return [`${homeText(from, env)}: ${count}`, table, faint('what differs:'), ...differences].join(
    '\n',
  )
}

function wordOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : otherwise
}

function nextStep({ isFromDump }: Plan, written: string | undefined): string {
  if (written === undefined) {
    return 'nothing was written or started; for a file to look at: troupe import --write processes.json'
  }
  const start = `troupe start ${written}`
  return `${written} written; look at it, then ${isFromDump ? `stop PM2's with pm2 delete all, and here: ${start}` : `start it with: ${start}`}`
}
