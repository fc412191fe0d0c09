import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { systemClock } from '../../../src/base/clock.ts'
import { type Exit } from '../../../src/base/exit.ts'
import { uniqueId } from '../../../src/base/ids.ts'
import { type ForkHost, forkHost } from '../../../src/process/fork-host.ts'
import {
  type Found,
  type LaunchOrder,
  type LaunchRecord,
  type ManagedProcess,
  type ProcessEvents,
} from '../../../src/process/host.ts'
import { readStat } from '../../../src/process/proc.ts'

/** A process of the lab with what it said so far. */
export interface Subject {
  readonly process: ManagedProcess
  readonly record: LaunchRecord
  /** The main process exists; resolves with its pid. */
  readonly started: Promise<number>
  readonly exited: Promise<{ readonly exit: Exit; readonly at: Date }>
  readonly isOver: () => boolean
  /** What stands in its out file. */
  out(): Promise<string>
}

export const node = process.execPath

/** Whether somebody runs under this pid; a zombie that nobody has reaped yet does not. */
export function isRunning(pid: number): boolean {
  const stat = readStat(pid)
  return stat !== undefined && stat.state !== 'Z'
}

/** A home of its own with its own manager id, so that nothing here can touch anything else. */
export class Lab {
  readonly managerId = `lab-${uniqueId()}`
  #home = ''
  #host: ForkHost | undefined
  #launches = 0

  async open(): Promise<void> {
    this.#home = await mkdtemp(join(tmpdir(), 'troupe-process-'))
    this.#host = await this.anotherHost()
  }

  /** Ends everything that carries a cookie of this lab, then removes its home. */
  async close(): Promise<void> {
    const found = await this.host.survey()
    const cookies = found.map((one) => (one.kind === 'orphan' ? one.cookie : one.record.cookie))
    await Promise.all([...new Set(cookies)].map((cookie) => this.host.sweep(cookie)))
    await this.host.close()
    await rm(this.#home, { recursive: true, force: true })
  }

  get home(): string {
    return this.#home
  }

  get host(): ForkHost {
    if (!this.#host) throw new Error('the lab is not open')
    return this.#host
  }

  /** What a manager that boots in this home now would have. */
  anotherHost(): Promise<ForkHost> {
    return forkHost({ home: this.#home, managerId: this.managerId, clock: systemClock })
  }

  order(argv: LaunchOrder['argv'], over: Partial<LaunchOrder> = {}): LaunchOrder {
    const launchId = `svc.0.${this.#launches++}`
    const log = (stream: string): string => join(this.#home, 'logs', `${launchId}-${stream}.log`)
    return {
      service: 'svc',
      slot: 0,
      launchId,
      argv,
      cwd: this.#home,
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
      files: { out: log('out'), error: log('error') },
      ...over,
    }
  }

  async launch(argv: LaunchOrder['argv'], over: Partial<LaunchOrder> = {}): Promise<Subject> {
    const prepared = await this.host.prepare(this.order(argv, over))
    return watching((events) => prepared.spawn(events))
  }

  adopt(found: Found, host: ForkHost = this.host): Promise<Subject> {
    if (found.kind !== 'alive') throw new Error(`cannot adopt what is ${found.kind}`)
    return watching((events) => host.adopt(found, events))
  }
}

/** A lab for every test of a file. */
export function labForEachTest(): Lab {
  const lab = new Lab()
  beforeEach(() => lab.open())
  afterEach(() => lab.close())
  return lab
}

async function watching(
  start: (events: ProcessEvents) => ManagedProcess | Promise<ManagedProcess>,
): Promise<Subject> {
  const { promise: started, resolve: sayStarted } = withResolvers<number>()
  const { promise: exited, resolve: sayExited } = withResolvers<{ exit: Exit; at: Date }>()
  let isOver = false
  const process = await start({
    started: (main) => sayStarted(main.pid),
    exited: (exit, at) => {
      isOver = true
      sayExited({ exit, at })
    },
  })
  const { record } = process
  const out = (): Promise<string> => readFile(record.files.out, 'utf8')
  return { process, record, started, exited, isOver: () => isOver, out }
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((done) => (resolve = done))
  return { promise, resolve }
}
