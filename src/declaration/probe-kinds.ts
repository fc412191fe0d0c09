import { z } from 'zod'
import type { Check } from '../base/check.ts'
import type { Kind } from './field.ts'
import { duration, wholeNumber } from './kinds.ts'
import { membersOf } from './members.ts'
import type { Probe, Readiness } from './probes.ts'

/** As a file says it: exactly one of http, tcp and exec. */
interface SaidProbe {
  readonly http: Check
  readonly tcp: Check
  readonly exec: Check
  readonly interval: number
  readonly timeout: number
  readonly successes: number
  readonly failures: number
}

const localhost = '127.0.0.1'

const byUrl = z.string().transform((text, context): Check => {
  const check = checkOf(text)
  if (check !== undefined) return check
  context.addIssue({ code: 'custom', message: 'no address' })
  return z.NEVER
})

/** `http://:3000/health` and `tcp://db:5432`; without a host it is this one. */
function checkOf(text: string): Check | undefined {
  const [, scheme, host = '', digits = '', path = '/'] =
    /^(http|tcp):\/\/([^:/]*):(\d{1,5})(\/.*)?$/.exec(text) ?? []
  const port = Number(digits)
  if (scheme === undefined || port < 1 || port > 65_535) return undefined
  const at = { host: host === '' ? localhost : host, port }
  return scheme === 'http' ? { kind: 'http', ...at, path } : { kind: 'tcp', ...at }
}

const port = wholeNumber(1, 65_535).type
const host = z.string().min(1).default(localhost)
const http: Kind<Check> = {
  type: z.union([
    byUrl.refine(({ kind }) => kind === 'http'),
    z
      .strictObject({
        port,
        host,
        path: z.string().startsWith('/').default('/'),
        status: wholeNumber(100, 599).type.optional(),
      })
      .transform(({ status, ...said }): Check => ({
        kind: 'http',
        ...said,
        ...(status === undefined ? {} : { status }),
      })),
  ]),
  expected:
    'an address such as "http://:3000/health", or an object with port, host, path and status',
}
const tcp: Kind<Check> = {
  type: z.union([
    byUrl.refine(({ kind }) => kind === 'tcp'),
    z.strictObject({ port, host }).transform((said): Check => ({ kind: 'tcp', ...said })),
  ]),
  expected: 'an address such as "tcp://:5432", or an object with port and host',
}
const exec: Kind<Check> = {
  type: z.union([
    z
      .string()
      .min(1)
      .transform((line): Check => ({ kind: 'exec', argv: ['/bin/sh', '-c', line] })),
    z.tuple([z.string().min(1)], z.string()).transform((argv): Check => ({ kind: 'exec', argv })),
  ]),
  expected: 'a line for the shell, or a list such as ["pg_isready", "-q"]',
}

const members = membersOf<SaidProbe>('a probe', {
  http,
  tcp,
  exec,
  interval: duration(10),
  timeout: duration(10),
  successes: wholeNumber(1),
  failures: wholeNumber(1),
})

const spelled =
  '"http://:3000/health", "tcp://:5432", or an object with one of http, tcp and exec, and interval, timeout, successes and failures'

/** How long things take where nobody says. */
interface Defaults {
  readonly intervalMs: number
  readonly failures: number
}

function probeWith(defaults: Defaults): Kind<Probe> {
  const type = z.union([
    byUrl.transform((check): Partial<SaidProbe> => ({ [check.kind]: check })),
    members.type,
  ])
  return {
    type: type.transform((said, context): Probe => {
      const checks = [said.http, said.tcp, said.exec].filter((each) => each !== undefined)
      const [check] = checks
      if (check !== undefined && checks.length === 1) return { check, ...timesOf(said, defaults) }
      context.addIssue({ code: 'custom', message: 'one check' })
      return z.NEVER
    }),
    expected: spelled,
  }
}

function timesOf(
  said: Partial<SaidProbe>,
  { intervalMs, failures }: Defaults,
): Omit<Probe, 'check'> {
  return {
    intervalMs: said.interval ?? intervalMs,
    timeoutMs: said.timeout ?? 2_000,
    successes: said.successes ?? 1,
    failures: said.failures ?? failures,
  }
}

/** Looked at often: somebody waits for it. */
const readyProbe = probeWith({ intervalMs: 200, failures: 1 })

/** What has to happen before an instance counts as online: its own word, a listening socket, or a probe that passes. */
export const readiness: Kind<Readiness> = {
  type: z.union([
    z.literal('message').transform((): Readiness => ({ kind: 'message' })),
    z.literal('listen').transform((): Readiness => ({ kind: 'listening' })),
    readyProbe.type.transform((probe): Readiness => ({ kind: 'probe', probe })),
  ]),
  expected: `"message", "listen", ${spelled}`,
}

/**
 * The probe of a service that is up: every 10 s, and three failures in a row before anything happens, where it
 * does not say else.
 */
export const liveness: Kind<Probe> = probeWith({ intervalMs: 10_000, failures: 3 })
