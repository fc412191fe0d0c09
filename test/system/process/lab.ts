import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { systemClock } from '../../../src/base/clock.ts'
import { type Exit } from '../../../src/base/exit.ts'
import { uniqueId } from '../../../src/base/ids.ts'
import { type AgentWord } from '../../../src/process/agent/words.ts'
import { type ForkHost, forkHost } from '../../../src/process/fork-host.ts'
import {
  type ClusterOrder,
  type Found,
  type LaunchOrder,
  type LaunchRecord,
  type ManagedProcess,
  type ProcessEvents,
} from '../../../src/process/host.ts'
import { type PrimaryLife } from '../../../src/process/primaries.ts'
import { readStat } from '../../../src/process/proc.ts'

export interface WorkerWish extends Partial<Omit<LaunchOrder, 'cluster'>> {
  readonly args?: readonly string[]
  readonly cluster?: Partial<ClusterOrder>
}

/** A process of the lab with what it said so far. */
export interface Subject {
  readonly process: ManagedProcess
  readonly record: LaunchRecord
  /** The main process exists; resolves with its pid. */
  readonly started: Promise<number>
  readonly exited: Promise<{ readonly exit: Exit; readonly at: Date }>
  readonly isOver: () => boolean
  /** What the service said through its agent, oldest first. */
  readonly words: readonly AgentWord[]
  /** Resolves with the first such word, said already or later. */
  said<K extends AgentWord['kind']>(kind: K): Promise<Extract<AgentWord, { kind: K }>>
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
  /** What happened to primaries, in this test. */
  readonly primaries: PrimaryLife['kind'][] = []
  #root = ''
  readonly #below: string
  #home = ''
  #host: ForkHost | undefined
  #launches = 0

  /** The home is that far below the lab's own directory. */
  constructor(below = '') {
    this.#below = below
  }

  async open(): Promise<void> {
    this.primaries.length = 0
    this.#root = await mkdtemp(join(tmpdir(), 'troupe-process-'))
    this.#home = join(this.#root, this.#below)
    await mkdir(this.#home, { recursive: true })
    this.#host = await this.anotherHost()
  }

  /** Ends everything that carries a cookie of this lab, then removes its home. */
  async close(): Promise<void> {
    const launches = (await readdir(join(this.#home, 'run'))).filter((name) => name.includes('.'))
    // A primary whose workers are killed would start others.
    const primaries = launches.filter((name) => name.includes('.primary.'))
    await this.#sweepAll(primaries)
    await this.#sweepAll(launches)
    const found = await this.host.survey()
    for (const one of found) if (one.kind === 'orphan') await this.host.sweep(one.cookie)
    await this.host.close()
    await rm(this.#root, { recursive: true, force: true })
  }

  async #sweepAll(launches: readonly string[]): Promise<void> {
    const cookies = await Promise.all(
      launches.map(async (name) => {
        const path = join(this.#home, 'run', name, 'intent.json')
        const text = await readFile(path, 'utf8').catch(() => '')
        return /"cookie": "([^"]+)"/.exec(text)?.[1] ?? ''
      }),
    )
    const known = cookies.filter((cookie) => cookie !== '')
    await Promise.all(known.map((cookie) => this.host.sweep(cookie)))
  }

  get home(): string {
    return this.#home
  }

  get host(): ForkHost {
    if (!this.#host) throw new Error('the lab is not open')
    return this.#host
  }

  /** Goes on with another host after the first was closed. */
  async reopen(): Promise<void> {
    this.#host = await this.anotherHost()
  }

  /** What a manager that boots in this home now would have. */
  anotherHost(): Promise<ForkHost> {
    return forkHost({
      home: this.#home,
      managerId: this.managerId,
      clock: systemClock,
      tellOfPrimaries: ({ kind }) => this.primaries.push(kind),
    })
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

  /** A worker of the cluster of `svc`, with an agent, in that slot. */
  worker(
    script: string,
    { slot = 0, args = [], cluster = {}, ...over }: WorkerWish = {},
  ): LaunchOrder {
    const launchId = `svc.${slot}.${this.#launches++}`
    const whole: ClusterOrder = { scheduling: 'rr', nodeArgs: 0, ...cluster }
    return this.order([node, script, ...args], {
      ...over,
      slot,
      launchId,
      agent: true,
      cluster: whole,
    })
  }

  start(order: LaunchOrder): Promise<Subject> {
    return this.launch(order.argv, order)
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
export function labForEachTest(below?: string): Lab {
  const lab = new Lab(below)
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
  const words: AgentWord[] = []
  const waiting: ((word: AgentWord) => void)[] = []
  const process = await start({
    started: (main) => sayStarted(main.pid),
    said: (word) => {
      words.push(word)
      for (const hear of waiting) hear(word)
    },
    exited: (exit, at) => {
      isOver = true
      sayExited({ exit, at })
    },
  })
  const { record } = process
  const out = (): Promise<string> => readFile(record.files.out, 'utf8')
  const said: Subject['said'] = async (kind) => {
    type Wanted = Extract<AgentWord, { kind: typeof kind }>
    const isWanted = (word: AgentWord): word is Wanted => word.kind === kind
    const known = words.find(isWanted)
    return known ?? new Promise((done) => waiting.push((word) => isWanted(word) && done(word)))
  }
  return { process, record, started, exited, isOver: () => isOver, out, words, said }
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((done) => (resolve = done))
  return { promise, resolve }
}
