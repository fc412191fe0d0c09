import { z } from 'zod'
import { type Field, later } from '../field.ts'
import { loosely, words } from '../kinds.ts'

const settings = z.record(z.string(), z.unknown())
const object = loosely('an object', settings)

/** What PM2 does not have. Each is read closely by the version that makes it act. */
export const passiveBeyond: Readonly<Record<string, Field>> = {
  depends_on: {
    kind: {
      type: words('').type.or(settings),
      expected: 'the name of a service, a list of names, or an object with a condition for each',
    },
    doc: 'Services that come first: started, ready or completed.',
    standing: later,
  },
  readiness: {
    kind: object,
    doc: 'When it is ready for work: http, tcp, exec, message, listen or fd.',
    standing: later,
  },
  liveness: { kind: object, doc: 'How to see that it is still well.', standing: later },
  hooks: { kind: object, doc: 'Commands around the steps of its life.', standing: later },
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
