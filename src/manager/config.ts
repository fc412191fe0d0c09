import { nearest } from '../base/nearest.ts'
import { TroupeError } from '../base/errors.ts'
import { defaultHostName, isPlainName, plainNameOrThrow } from '../protocol/names.ts'
import { readJson, writeJson } from './atomic-file.ts'

/** Settings of one home, by dotted name. Unset ones have the default of {@link Config}. */
export type Settings = Readonly<Record<string, string>>

/** What a manager goes by, with every default filled in; only `redisUrl` and `securityMode` may be unset. */
export interface Config {
  readonly redisUrl: string | undefined
  readonly namespace: string
  readonly host: string
  readonly labels: Readonly<Record<string, string>>
  readonly securityMode: 'open' | 'mixed' | 'strict' | undefined
}

interface Setting {
  readonly env?: string
  readonly expects: string
  isValid(value: string): boolean
}

const settings: Readonly<Record<string, Setting>> = {
  'redis.url': {
    env: 'TROUPE_REDIS_URL',
    expects: 'a URL such as redis://127.0.0.1:6379, rediss://… or unix:///run/redis.sock',
    isValid: (value) => /^(rediss?|unix):\/\/./.test(value),
  },
  namespace: { env: 'TROUPE_NAMESPACE', expects: 'a plain name', isValid: isPlainName },
  'host.name': { env: 'TROUPE_HOST', expects: 'a plain name', isValid: isPlainName },
  'security.mode': {
    expects: 'open, mixed or strict',
    isValid: (value) => ['open', 'mixed', 'strict'].includes(value),
  },
}

const labelPrefix = 'labels.'

/** Every name that a setting can have. */
export const settingNames: readonly string[] = [...Object.keys(settings), 'labels.<name>']

/** @throws TroupeError `E_CONFIG` for a name nobody knows or a value that cannot be meant */
export function checkSetting(name: string, value: string): void {
  checkSettingName(name)
  if (name.startsWith(labelPrefix)) return void plainNameOrThrow('label value', value)
  const setting = settings[name]
  if (setting === undefined || setting.isValid(value)) return
  throw new TroupeError('E_CONFIG', `${name}: expected ${setting.expects}, got "${value}"`)
}

/** @throws TroupeError `E_CONFIG` for a name nobody knows */
export function checkSettingName(name: string): void {
  if (name.startsWith(labelPrefix)) {
    plainNameOrThrow('label', name.slice(labelPrefix.length))
    return
  }
  if (Object.hasOwn(settings, name)) return
  const [meant] = nearest(name, Object.keys(settings))
  throw new TroupeError('E_CONFIG', `there is no setting "${name}"`, {
    hint: meant === undefined ? `settings: ${settingNames.join(', ')}` : `did you mean ${meant}?`,
  })
}

/**
 * Settings from `config.json`, under those of the environment.
 *
 * @throws TroupeError `E_CONFIG` for a file that cannot be understood: going on without it could
 *   open what it had closed
 */
export function readSettings(path: string, env: NodeJS.ProcessEnv): Settings {
  const own = readStored(path)
  for (const [name, { env: variable }] of Object.entries(settings)) {
    const value = variable === undefined ? undefined : env[variable]
    if (value !== undefined && value !== '') own[name] = value
  }
  return own
}

function readStored(path: string): Record<string, string> {
  const found = readJson(path)
  if (found.kind === 'absent') return {}
  const stored = found.kind === 'read' ? found.value : undefined
  const isObject = typeof stored === 'object' && stored !== null && !Array.isArray(stored)
  const hint = `mend ${path}, or remove it and set what it said again`
  if (!isObject) {
    throw new TroupeError('E_CONFIG', `${path} is not a JSON object of settings`, { hint })
  }
  const wrong = Object.entries(stored).find(([, value]) => typeof value !== 'string')
  if (wrong === undefined) return Object.fromEntries(Object.entries(stored))
  const message = `${path}: ${wrong[0]}: expected a text, got ${JSON.stringify(wrong[1])}`
  throw new TroupeError('E_CONFIG', message, { hint })
}

/** Replaces the file whole; on return it is on the disk, not only in its cache. */
export function writeSettings(path: string, settings: Settings): void {
  writeJson(path, settings, { isDurable: true })
}

/** @throws TroupeError `E_CONFIG` when a setting has a value that cannot be meant */
export function configFrom(settings: Settings): Config {
  for (const [name, value] of Object.entries(settings)) checkSetting(name, value)
  const labels = Object.entries(settings)
    .filter(([name]) => name.startsWith('labels.'))
    .map(([name, value]) => [name.slice('labels.'.length), value] as const)
  const mode = settings['security.mode']
  return {
    redisUrl: settings['redis.url'],
    namespace: settings['namespace'] ?? 'main',
    host: settings['host.name'] ?? defaultHostName(),
    labels: Object.fromEntries(labels),
    securityMode: mode === 'open' || mode === 'mixed' || mode === 'strict' ? mode : undefined,
  }
}
