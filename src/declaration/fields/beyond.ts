import { z } from 'zod'
import { active, type Field, later } from '../field.ts'
import { dependencies } from '../dependency-kind.ts'
import { hooks } from '../hook-kinds.ts'
import { liveness, readiness } from '../probe-kinds.ts'
import { loosely } from '../kinds.ts'
import type { ActiveFields } from '../values.ts'

const settings = z.record(z.string(), z.unknown())
const object = loosely('an object', settings)

/** What PM2 does not have, and acts. */
export const beyond: Pick<ActiveFields, 'depends_on' | 'readiness' | 'liveness' | 'hooks'> = {
  depends_on: {
    kind: dependencies,
    doc: 'Services that come first, each until it is started, ready (the default) or completed. Each start waits for them.',
    standing: active,
  },
  readiness: {
    kind: readiness,
    doc: 'What makes it online: a message (`wait_ready`), that it listens, or a probe over http, tcp or by a command; one that is not ready within `listen_timeout` has failed.',
    standing: active,
  },
  liveness: {
    kind: liveness,
    doc: 'A probe over http, tcp or by a command; a service that fails it three times in a row (`failures`) is restarted.',
    standing: active,
  },
  hooks: {
    kind: hooks,
    doc: 'Commands around the steps of its life: pre_start (a failure is a failed start), post_ready, pre_stop and post_stop.',
    standing: active,
  },
}

/** What PM2 does not have. Each is read closely by the version that makes it act. */
export const passiveBeyond: Readonly<Record<string, Field>> = {
  secrets: {
    kind: { ...loosely('an object or a list', settings.or(z.array(z.unknown()))), isSecret: true },
    doc: 'Values that are never shown or written down.',
    standing: later,
  },
  placement: {
    kind: object,
    doc: 'Which hosts of a fleet run it, and how many copies.',
    standing: later,
  },
  rollout: { kind: object, doc: 'How a new version takes the place of the old.', standing: later },
}
