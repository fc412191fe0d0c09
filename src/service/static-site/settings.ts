/** What a static site serves, where, and to whom. */
export interface SiteSettings {
  /** The directory, as it was given. */
  readonly path: string
  readonly port: number
  readonly host: string
  /** What `/` shows, below the directory. */
  readonly homepage: string
  /** What is not found is the homepage: its script knows what to show. */
  readonly isSpa: boolean
  /** A directory without a homepage shows what is in it. */
  readonly hasListing: boolean
  readonly auth?: { readonly username: string; readonly password: string }
}

/** Settings, or what is wrong with them in one sentence. */
export type ReadSettings =
  | { readonly kind: 'settings'; readonly settings: SiteSettings }
  | { readonly kind: 'problem'; readonly why: string }

type Variables = Readonly<Record<string, string | undefined>>

/** Reads PM2's variables for `script: "serve"` (PM2-BEHAVIOUR 2.8); everything has PM2's default. */
export function settingsFrom(env: Variables): ReadSettings {
  const port = Number(of(env, 'PORT') ?? 8080)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    return { kind: 'problem', why: `PM2_SERVE_PORT: expected a port, got "${of(env, 'PORT')}"` }
  }
  const auth = authFrom(env)
  if (auth === 'incomplete') {
    return {
      kind: 'problem',
      why: 'PM2_SERVE_BASIC_AUTH needs PM2_SERVE_BASIC_AUTH_USERNAME and PM2_SERVE_BASIC_AUTH_PASSWORD',
    }
  }
  return {
    kind: 'settings',
    settings: {
      path: of(env, 'PATH') ?? '.',
      port,
      host: of(env, 'HOST') ?? '0.0.0.0',
      homepage: of(env, 'HOMEPAGE') ?? '/index.html',
      isSpa: isOn(of(env, 'SPA')),
      hasListing: isOn(of(env, 'FTP')),
      ...(auth === undefined ? {} : { auth }),
    },
  }
}

/** A password that is half declared must not end as an open door. */
function authFrom(env: Variables): SiteSettings['auth'] | 'incomplete' {
  const username = of(env, 'BASIC_AUTH_USERNAME')
  const password = of(env, 'BASIC_AUTH_PASSWORD')
  if (username !== undefined && password !== undefined) return { username, password }
  const isWanted = isOn(of(env, 'BASIC_AUTH')) || (username ?? password) !== undefined
  return isWanted ? 'incomplete' : undefined
}

function of(env: Variables, name: string): string | undefined {
  const value = env[`PM2_SERVE_${name}`]
  return value === '' ? undefined : value
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && value !== 'false' && value !== '0'
}
