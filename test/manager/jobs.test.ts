import { describe, expect, test } from 'vitest'
import type { DesiredService } from '../../src/manager/desired-state.ts'
import { Jobs } from '../../src/manager/jobs.ts'
import type { LifecycleEvent } from '../../src/protocol/envelope.ts'
import { emptyLedger, type ServiceLedger } from '../../src/supervisor/ledger.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { slotsOf } from '../supervisor/scene.ts'

function given(schedule: Readonly<Record<string, unknown>> = {}) {
  const clock = new FakeClock()
  const [slot] = slotsOf('report', { schedule: { cron: '0 3 * * *', ...schedule } })
  if (slot === undefined) throw new Error('a job has a slot')
  const job: DesiredService = {
    id: slot.serviceId,
    spec: slot.spec,
    environment: '',
    createdAt: 0,
    slots: [],
  }
  let ledger: ServiceLedger = emptyLedger
  const asked: string[] = []
  const ended: string[] = []
  const jobs = new Jobs({
    clock,
    ledger: { load: () => ledger, save: (_, next) => void (ledger = next), forget: () => {} },
    supervision: {
      act: async (service, op, { why }) => {
        asked.push(`${op} ${service}: ${why}`)
        return []
      },
    },
    jobOf: (service) => (service === 'report' ? job : undefined),
    ended: (id) => void ended.push(id),
    report: (what, thrown) => {
      throw new Error(what, { cause: thrown })
    },
  })
  const hear = (type: string, data: object): void => {
    const event = { type: `dev.troupe.${type}.v1`, data: { service: 'report', ...data } }
    // Of an event a job reads nothing else.
    jobs.hear(event as unknown as LifecycleEvent)
  }
  return {
    jobs,
    job,
    clock,
    asked,
    ended,
    online: (by?: string) => hear('instance.online', by === undefined ? {} : { by }),
    exits: (code: number, planned = false) =>
      hear('instance.exited', { exit: { code }, planned, exitedAt: 7 }),
    outcomes: () => jobs.history(job.id).map(({ outcome, why }) => `${outcome}: ${why}`),
  }
}

describe('the run of a job', () => {
  test.each([
    ['with 0 has succeeded', 0, false, 'succeeded'],
    ['with anything else has failed', 3, false, 'failed'],
    ['because it was asked to was stopped', 0, true, 'stopped'],
  ])('that ends %s', (_, code, planned, outcome) => {
    const on = given()
    on.online('anna')

    on.exits(code, planned)

    expect(on.outcomes()).toEqual([`${outcome}: asked by anna`])
    expect(on.ended).toEqual([on.job.id])
  })

  test('that is replaced says so, and the next has the reason of its own', async () => {
    const on = given()
    on.online()
    await on.jobs.run('restart', 'report', { why: 'cron 0 3 * * *' })
    on.clock.advance(1)
    on.exits(0, true)
    on.online('schedule')

    expect(on.asked).toEqual(['restart report: cron 0 3 * * *'])
    expect(on.outcomes()).toEqual(['running: cron 0 3 * * *', 'replaced: asked'])
  })

  test('that ends by itself just before it would be replaced has ended as it did', async () => {
    const on = given()
    on.online()
    await on.jobs.run('restart', 'report', { why: 'due' })

    on.exits(0)

    expect(on.outcomes()).toEqual(['succeeded: asked'])
  })

  test('is not taken for replaced because of a restart that found nothing to replace', async () => {
    const on = given()
    await on.jobs.run('restart', 'report', { why: 'due' })
    on.online()

    on.exits(0, true)

    expect(on.outcomes()).toEqual(['stopped: due'])
  })

  test('that takes too long is ended, and says that it was', () => {
    const on = given({ timeout: '1m' })
    on.online()

    on.clock.advance(60_000)
    on.exits(0, true)

    expect(on.asked).toEqual(['stop report: the run took longer than 1 m'])
    expect(on.outcomes()).toEqual(['timed-out: asked'])
  })

  test('of which a later manager finds no process was lost', () => {
    const on = given()
    on.online()

    on.jobs.recover(() => false, on.job)

    expect(on.outcomes()).toEqual(['lost: asked'])
  })
})
