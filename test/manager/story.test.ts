import { expect, test } from 'vitest'
import { tellStory } from '../../src/manager/story.ts'
import { eventFrom, type LifecycleEvent } from '../../src/protocol/envelope.ts'
import type { EventDraft } from '../../src/protocol/events.ts'
import type { InstanceView } from '../../src/protocol/views.ts'

const worker = { service: 'worker', slot: 0 }
const now = new Date('2026-11-23T08:00:00Z')
const view: InstanceView = {
  ...worker,
  id: 0,
  namespace: 'default',
  state: 'online',
  desired: 'up',
  mode: 'fork',
  restarts: 1,
  unstableRestarts: 0,
  cpuPercent: 0,
  memoryBytes: 0,
}

/** A journal: each event is caused by the one before it, but for those that say otherwise. */
function journal(...drafts: readonly (EventDraft & { readonly isCaused?: false })[]) {
  const from = { ns: 'main', host: 'a', epoch: 'e' }
  return drafts.map(({ isCaused = true, ...draft }, at): LifecycleEvent => {
    const cause = isCaused && at > 0 ? { cause: `a.e.${at - 1}` } : {}
    // The rest of a draft is a draft; TypeScript loses the pairing of type and data.
    return eventFrom({ ...draft, ...cause } as EventDraft, from, at, now)
  })
}

const exited: EventDraft = {
  ...worker,
  type: 'instance.exited',
  data: {
    exit: { signal: 'SIGKILL' },
    class: 'signal',
    uptimeMs: 52_000,
    planned: false,
    observedLate: false,
    lastLogLines: ['tick 51'],
    exitedAt: 0,
  },
}
const restarted: EventDraft = {
  ...worker,
  type: 'instance.backoff',
  data: { attempt: 1, delayMs: 0, dueAt: 0, why: 'at once: first exit' },
}
const online: EventDraft = {
  ...worker,
  type: 'instance.online',
  data: { pid: 7, bootMs: 21, restarts: 1 },
}
const adopted: EventDraft = { ...worker, type: 'instance.adopted', data: { pid: 7, gapMs: 0 } }

test('a story goes from the newest event back to what nobody caused', () => {
  const { lines } = tellStory(view, journal(exited, restarted, online), now)

  expect(lines.map(({ what }) => what)).toEqual(['online', 'restarted', 'exited'])
})

test('a new manager does not make a story forget how it began', () => {
  const events = journal(
    exited,
    restarted,
    online,
    { ...adopted, isCaused: false },
    { ...adopted, isCaused: false },
  )

  const { lines } = tellStory(view, events, now)

  const whole = ['adopted', 'adopted', 'online', 'restarted', 'exited']
  expect(lines.map(({ what }) => what)).toEqual(whole)
  expect(lines.at(-1)?.text).toBe('SIGKILL, sent by nobody we know · last line: "tick 51"')
})

test('what befell another member of the group is told as that', () => {
  const group: EventDraft = {
    type: 'group.restarting',
    data: { strategy: 'one_for_all', trigger: 'db', stopped: ['worker'] },
  }
  const db = { ...exited, service: 'db' }

  const { lines } = tellStory(view, journal(db, group, online), now)

  expect(lines.map(({ what }) => what)).toEqual(['online', 'group', 'exited'])
  expect(lines.at(-1)?.text).toMatch(/^db#0: SIGKILL/)
})

test('an instance that was reloaded tells of its own process, and of reloads that came to nothing', () => {
  const own = { ...worker, incarnation: 2 }
  const asked = { service: 'worker', by: 'anna' }
  const reload = { reloadId: 'r', slots: [0], isRedeclared: false }
  const rolledBack = { reloadId: 'r2', ms: 5, why: '#0: it ended with code 1', left: [] }
  const events = journal(
    { ...asked, type: 'reload.started', data: reload, isCaused: false },
    { ...own, type: 'instance.online', data: { pid: 7, bootMs: 21, restarts: 1 } },
    { ...exited, incarnation: 1, isCaused: false },
    { ...asked, type: 'reload.rolled_back', data: rolledBack, isCaused: false },
    { ...exited, incarnation: 3, isCaused: false },
  )

  const { lines } = tellStory({ ...view, launchId: 'id.0+.2' }, events, now)

  expect(lines.map(({ what, text }) => `${what}: ${text}`)).toEqual([
    'reload: rolled back: #0: it ended with code 1',
    'online: 21 ms after spawning',
    'reload: asked by anna',
  ])
})
