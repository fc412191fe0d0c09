import { expect, test } from 'vitest'
import type { InstanceView } from '../../src/protocol/views.ts'
import { aggregate } from '../../src/supervisor/aggregate.ts'
import { instanceWith } from '../cli/given.ts'

type Outline = Pick<InstanceView, 'state' | 'desired'>

test.each<{ of: string; views: readonly Outline[]; desired: string; status: string }>([
  { of: 'nobody', views: [], desired: 'down', status: 'stopped' },
  {
    of: 'one that runs',
    views: [{ state: 'online', desired: 'up' }],
    desired: 'up',
    status: 'online',
  },
  {
    of: 'one that is being stopped',
    views: [{ state: 'stopping', desired: 'down' }],
    desired: 'down',
    status: 'stopping',
  },
  {
    of: 'one that is being restarted',
    views: [{ state: 'stopping', desired: 'up' }],
    desired: 'up',
    status: 'stopping',
  },
  {
    of: 'one that waits, although it is down',
    views: [{ state: 'stopped', desired: 'up' }],
    desired: 'up',
    status: 'stopped',
  },
  {
    of: 'one that cannot be stopped',
    views: [{ state: 'stuck', desired: 'down' }],
    desired: 'down',
    status: 'stuck',
  },
  {
    of: 'one that runs and one that was stopped',
    views: [
      { state: 'online', desired: 'up' },
      { state: 'stopped', desired: 'down' },
    ],
    desired: 'up',
    status: 'online',
  },
])('a service of $of is to be $desired, and is $status', ({ views, desired, status }) => {
  expect(aggregate(views.map(instanceWith))).toMatchObject({ desired, status })
})
