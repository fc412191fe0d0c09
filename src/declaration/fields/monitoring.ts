import { z } from 'zod'
import { type Field, moot } from '../field.ts'
import { loosely, text, truth } from '../kinds.ts'

const apm = moot("it belongs to PM2's own monitoring")
const plumbing = moot("it is internal to PM2's modules")
const flagOrText = { type: truth.type.or(text('').type), expected: 'true, false or text' }

/** What PM2 keeps for its monitoring service and its modules. */
export const passiveMonitoring: Readonly<Record<string, Field>> = {
  pmx: { kind: flagOrText, doc: "Puts PM2's agent into the process.", standing: apm },
  automation: { kind: truth, doc: "Puts PM2's agent into the process.", standing: apm },
  trace: { kind: truth, doc: "Tracing by PM2's agent.", standing: apm },
  disable_trace: { kind: truth, doc: "No tracing by PM2's agent.", standing: apm },
  deep_monitoring: { kind: truth, doc: "Tracing by PM2's agent.", standing: apm },
  v8: { kind: truth, doc: "Metrics of V8 by PM2's agent.", standing: apm },
  event_loop_inspector: {
    kind: truth,
    doc: "A dump of the event loop by PM2's agent.",
    standing: apm,
  },
  io: {
    kind: loosely('an object', z.record(z.string(), z.unknown())),
    doc: "The configuration of PM2's agent.",
    standing: apm,
  },
  km_link: { kind: truth, doc: 'A link to PM2 Plus.', standing: apm },
  pmx_module: { kind: truth, doc: 'A module of PM2.', standing: plumbing },
  install_url: { kind: text('text'), doc: 'Where a module came from.', standing: plumbing },
  force_name: { kind: text('a name'), doc: 'The name of a module.', standing: plumbing },
  write: { kind: truth, doc: 'Writes the options to a file before a start.', standing: plumbing },
}
