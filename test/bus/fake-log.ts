import type { Beat, Hello, Wire } from '../../src/bus/wire.ts'

/** A log in memory that behaves as `scripts/*.lua` do, and misbehaves on demand. */
export class FakeLog implements Wire {
  readonly entries: number[] = []
  epoch = 'A'
  lastSeq: number | undefined
  refusal = ''
  failure: string | undefined
  isSilent = false
  onProbe: (probe: string) => void = () => {}

  async append({ event, previous }: Parameters<Wire['append']>[0]): ReturnType<Wire['append']> {
    if (this.isSilent) return await new Promise(() => {})
    if (this.refusal !== '') throw new Error(this.refusal)
    const last = this.lastSeq ?? 0
    if (event.seq <= last) return { kind: 'dup' }
    if (previous > last) return { kind: 'behind' }
    this.lastSeq = event.seq
    this.entries.push(event.seq)
    return { kind: 'logged', logId: `${event.seq}-0`, complaint: '' }
  }

  async hello(): Promise<Hello> {
    if (this.failure !== undefined) throw new Error(this.failure)
    const { lastSeq, epoch, refusal } = this
    return { serverMs: 5_000, sequence: 0, lastId: '0-0', epoch, lastSeq, refusal }
  }

  async beat(_ttlMs: number, probe: string): Promise<Beat> {
    if (this.isSilent) throw new Error('Command timed out')
    this.onProbe(probe)
    const { epoch, refusal } = this
    return { serverMs: 5_000, sequence: 0, isProbed: true, epoch, refusal }
  }

  async reply(): Promise<void> {}

  flush(epoch: string): void {
    this.epoch = epoch
    this.lastSeq = undefined
    this.entries.length = 0
  }
}
