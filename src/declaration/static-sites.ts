import { nearest } from '../base/nearest.ts'
import type { Kind } from './field.ts'
import { text, truth, wholeNumber } from './kinds.ts'
import { below, type Problem } from './problem.ts'
import { readAs } from './reading.ts'
import { isRaw, type Raw, type RawApp, unknownField } from './raw.ts'

interface Sites {
  readonly apps: readonly RawApp[]
  readonly problems: readonly Problem[]
  readonly warnings: readonly string[]
}

interface Setting {
  readonly kind: Kind<unknown>
  /** The variable of `script: "serve"` that says the same, without its prefix. */
  readonly variable: string
}

const defaultPort = 8080

/** Settings of one site (PM2-BEHAVIOUR 2.8). */
export const siteSettings: Readonly<Record<string, Setting>> = {
  port: { kind: wholeNumber(0, 65_535), variable: 'PORT' },
  host: { kind: text('a host'), variable: 'HOST' },
  directory: { kind: text('a directory'), variable: 'PATH' },
  path: { kind: text('a directory'), variable: 'PATH' },
  homepage: { kind: text('a file such as "/index.html"'), variable: 'HOMEPAGE' },
  spa: { kind: truth, variable: 'SPA' },
  ftp: { kind: truth, variable: 'FTP' },
}

const password: Kind<string> = { ...text('a password'), isSecret: true }
const known = [...Object.keys(siteSettings), 'name', 'basic_auth', 'monitor']
const none: Sites = { apps: [], problems: [], warnings: [] }

/** Reads the top-level `static` of a PM2 file: each entry is an app that serves a directory. */
export function sitesFrom(raw: unknown, path: string): Sites {
  if (raw === undefined || raw === null) return none
  const expected = 'a list of sites such as [{"path": "public", "port": 8080}]'
  if (!Array.isArray(raw)) return { ...none, problems: [{ path, expected, got: raw }] }
  const sites = raw.map((site: unknown, index) =>
    isRaw(site)
      ? siteFrom(site, below(path, index))
      : { ...none, problems: [{ path: below(path, index), expected: 'a site', got: site }] },
  )
  return {
    apps: sites.flatMap(({ apps }) => apps),
    problems: sites.flatMap(({ problems }) => problems),
    warnings: sites.flatMap(({ warnings }) => warnings),
  }
}

function siteFrom(site: Raw, path: string): Sites {
  const read = Object.entries(siteSettings)
    .filter(([name]) => isSaid(site[name]))
    .map(([name, { kind, variable }]) => ({
      variable,
      reading: readAs(kind, site[name], below(path, name)),
    }))
  const auth = credentialsFrom(site['basic_auth'], below(path, 'basic_auth'))
  const settings = read.flatMap(({ variable, reading }) =>
    reading.ok ? [[`PM2_SERVE_${variable}`, String(reading.value)] as const] : [],
  )
  const env = { PM2_SERVE_PORT: String(defaultPort), ...Object.fromEntries(settings), ...auth.env }
  const name = site['name'] ?? `static-page-server-${env.PM2_SERVE_PORT}`
  return {
    apps: [{ path, raw: { name, script: 'serve', env } }],
    problems: [
      ...read.flatMap(({ reading }) => (reading.ok ? [] : reading.problems)),
      ...auth.problems,
    ],
    warnings: Object.keys(site)
      .filter((key) => !known.includes(key))
      .map((key) => unknownField(below(path, key), nearest(key, known))),
  }
}

interface Credentials {
  readonly env: Readonly<Record<string, string>>
  readonly problems: readonly Problem[]
}

/** Half a password must not end as an open door. */
function credentialsFrom(raw: unknown, path: string): Credentials {
  if (!isSaid(raw)) return { env: {}, problems: [] }
  if (!isRaw(raw)) {
    const expected = 'an object with username and password'
    return { env: {}, problems: [{ path, expected, got: `a ${typeof raw}, not shown` }] }
  }
  const username = readAs(text('a user name'), raw['username'], below(path, 'username'))
  const secret = readAs(password, raw['password'], below(path, 'password'))
  if (!username.ok || !secret.ok) {
    const problems = [username, secret].flatMap((read) => (read.ok ? [] : read.problems))
    return { env: {}, problems }
  }
  const env = {
    PM2_SERVE_BASIC_AUTH: 'true',
    PM2_SERVE_BASIC_AUTH_USERNAME: username.value,
    PM2_SERVE_BASIC_AUTH_PASSWORD: secret.value,
  }
  return { env, problems: [] }
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null
}
