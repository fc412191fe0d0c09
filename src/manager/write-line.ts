import { TroupeError } from '../base/errors.ts'
import { stdinBytes } from '../process/stdin.ts'
import type { Params, Result } from '../protocol/operations.ts'
import type { Delivered } from '../supervisor/instance-messages.ts'
import { type Receipt, reachedBy } from './receipt.ts'
import type { Roster } from './roster.ts'
import type { Choice } from './targets.ts'

type Refused = Exclude<Delivered, 'delivered'>

const whyNot: { readonly [R in Refused]: string } = {
  unheard: 'no process of it runs',
  absent: 'its standard input is /dev/null',
  closed: 'it has closed its standard input',
  full: 'its standard input is full, because it does not read',
}

const hints: { readonly [R in Refused]: string } = {
  unheard: 'see: troupe list',
  absent:
    'jobs, and what declares `stdin: "null"`, have none; what an older Troupe started has one after a restart',
  closed: 'it has one again after a restart',
  full: 'try again when it has read, or restart it',
}

/**
 * Writes a line to the standard input of instances.
 *
 * @throws TroupeError `E_TOO_LARGE`; `E_BUSY` where somebody does not read, `E_FAILED` where somebody cannot: others may
 * have got the line
 */
export async function writeLine(
  picks: readonly Choice[],
  { line, separator = '\n' }: Params<'stdin'>,
  roster: Pick<Roster, 'services' | 'send'>,
): Promise<Result<'stdin'>> {
  const text = line + separator
  refuseLong(text)
  refuseWorkers(picks, roster)
  const receipts = await roster.send(picks, { kind: 'text', text })
  const refused = receipts.filter(isRefused)
  const [first] = refused
  if (first === undefined) return { instances: reachedBy(receipts) }
  const isFull = refused.every(({ came }) => came === 'full')
  const whys = receipts.map(({ view: { service, slot }, came }) => {
    const who = `${service}#${slot}`
    return came === 'delivered' ? `${who} got the line` : `${who} did not get it: ${whyNot[came]}`
  })
  throw new TroupeError(isFull ? 'E_BUSY' : 'E_FAILED', whys.join('; '), {
    hint: hints[first.came],
  })
}

function isRefused(receipt: Receipt): receipt is Receipt & { readonly came: Refused } {
  return receipt.came !== 'delivered'
}

function refuseLong(text: string): void {
  const bytes = Buffer.byteLength(text)
  if (bytes <= stdinBytes) return
  const why = `the line has ${bytes} bytes with its end, and ${stdinBytes} is the most that arrives in one piece`
  throw new TroupeError('E_TOO_LARGE', why, { hint: 'put it into a file, and send its name' })
}

function refuseWorkers(picks: readonly Choice[], { services }: Pick<Roster, 'services'>): void {
  const names = new Set(picks.map(({ service }) => service))
  const clustered = services.find(({ spec }) => spec.execMode === 'cluster' && names.has(spec.name))
    ?.spec.name
  if (clustered === undefined) return
  const why = `${clustered} runs in cluster mode, and its workers have no standard input of their own`
  throw new TroupeError('E_FAILED', why, {
    hint: `send a message: troupe send ${clustered} --message <message>`,
  })
}
