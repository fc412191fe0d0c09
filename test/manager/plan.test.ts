import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { declarationFrom } from '../../src/declaration/declare.ts'
import type { Declaration } from '../../src/declaration/service.ts'
import {
  declare,
  type DesiredState,
  emptyState,
  withGroups,
} from '../../src/manager/desired-state.ts'
import { planOf } from '../../src/manager/plan.ts'
import type { Change } from '../../src/protocol/answers.ts'
import type { InstanceView } from '../../src/protocol/views.ts'
import { machineWith } from '../declaration/given.ts'

type App = Readonly<Record<string, unknown>>

const shell = { PATH: '/bin', HOME: '/h', LANG: 'C' }

function declaring(...apps: readonly App[]): Declaration {
  const complete = apps.map((app) => ({ name: 'api', script: '/srv/app.js', ...app }))
  return declarationFrom(
    { raw: { apps: complete }, root: '' },
    { cwd: '/srv', label: 'a test', file: '/srv/p.json', bases: ['/srv'], machine: machineWith() },
  )
}

/** A host where these are declared. */
function hostOf(
  declaration: Declaration,
  inherited: Readonly<Record<string, string>> = shell,
): DesiredState {
  const around = { at: 0, idOf: () => undefined }
  const all = declaration.services.reduce(
    (sum, spec) => declare(sum, spec, inherited, around),
    emptyState,
  )
  return withGroups(all, declaration.groups)
}

const running = (service: string): readonly InstanceView[] => [
  {
    id: 0,
    service,
    namespace: 'default',
    slot: 0,
    state: 'online',
    desired: 'up',
    mode: 'fork',
    restarts: 0,
    unstableRestarts: 0,
    cpuPercent: 0,
    memoryBytes: 0,
  },
]

interface Given {
  readonly inherited?: Readonly<Record<string, string>>
  readonly prune?: boolean
  readonly viewsOf?: (service: string) => readonly InstanceView[]
}

function changesOf(before: Declaration, after: Declaration, given: Given = {}): readonly Change[] {
  const { inherited = shell, prune = false, viewsOf = running } = given
  return planOf({ declaration: after, inherited, prune }, { state: hostOf(before), viewsOf })
    .changes
}

// prettier-ignore
const changed: [string, App, App, Partial<Extract<Change, { kind: 'change' }>>][] = [
  ['a variable that changed', { env: { A: '1' } }, { env: { A: '2' } }, { how: 'restart', fields: [{ field: 'env.A', from: '***', to: '***' }] }],
  ['a variable that was added', {}, { env: { A: '1' } }, { fields: [{ field: 'env.A', to: '***' }] }],
  ['a variable that is gone', { env: { A: '1' } }, {}, { fields: [{ field: 'env.A', from: '***' }] }],
  ['a runtime', {}, { interpreter: 'python3' }, { how: 'restart', fields: [{ field: 'interpreter', to: 'python3' }, { field: 'interpreter_args', to: '[]' }, { field: 'env.PYTHONUNBUFFERED' }] }],
  ['what the manager does by itself', {}, { max_restarts: 3, kill_timeout: 500 }, { how: 'in place', fields: [{ field: 'max_restarts', from: '16', to: '3' }, { field: 'kill_timeout', from: '1600', to: '500' }] }],
  ['a command around a step', { hooks: { pre_stop: 'a' } }, { hooks: { pre_stop: 'b' } }, { how: 'in place' }],
  ['a secret in a hook', { hooks: { pre_stop: 'curl -H "Authorization: abc"' } }, { hooks: { pre_stop: 'curl -H "Authorization: def"' } }, { fields: [{ field: 'hooks', from: '***', to: '***' }] }],
  ['another script of a cluster', { exec_mode: 'cluster' }, { exec_mode: 'cluster', args: '--x' }, { how: 'reload', fields: [{ field: 'args', from: '[]', to: '["--x"]' }] }],
  ['a secret in a shell line', { script: 'sleep 1 # --token abc' }, { script: 'sleep 1 # --token def' }, { fields: [{ field: 'script', from: '***', to: '***' }] }],
  ['a secret in a probe', { liveness: { exec: 'curl -H "Authorization: abc"' } }, { liveness: { exec: 'curl -H "Authorization: def"' } }, { fields: [{ field: 'liveness', from: '***', to: '***' }] }],
  ['a path that merely sounds like a secret', {}, { out_file: '/srv/auth.log' }, { fields: [{ field: 'out_file', to: '/srv/auth.log' }] }],
  ['a secret in an argument', { args: '--token abc' }, { args: '--token def' }, { fields: [{ field: 'args', from: '["--token","***"]', to: '["--token","***"]' }] }],
]

describe('a plan shows', () => {
  test.each(changed)('%s', (_, before, after, expected) => {
    expect(changesOf(declaring(before), declaring(after))).toMatchObject([
      { kind: 'change', service: 'api', ...expected },
    ])
  })

  test('what is new, what has another number of instances, and what does not run', () => {
    const before = declaring({ exec_mode: 'cluster', instances: 1 }, { name: 'db' })
    const after = declaring({ exec_mode: 'cluster', instances: 3 }, { name: 'db' }, { name: 'new' })
    const viewsOf = (service: string): readonly InstanceView[] =>
      running(service).map((view) => (service === 'db' ? { ...view, state: 'stopped' } : view))

    expect(changesOf(before, after, { viewsOf })).toEqual([
      { kind: 'scale', service: 'api', from: 1, to: 3 },
      { kind: 'start', service: 'db' },
      { kind: 'create', service: 'new', instances: 1 },
    ])
  })

  test.each([
    ['a cluster that would be reloaded', { exec_mode: 'cluster' }],
    ['a process that would be restarted', {}],
  ])('that what is down starts when it changes: %s', (_, app) => {
    const viewsOf = (service: string): readonly InstanceView[] =>
      running(service).map((view) => ({ ...view, state: 'stopped' }))
    const [before, after] = [declaring(app), declaring({ ...app, env: { A: '1' } })]

    expect(changesOf(before, after, { viewsOf })).toMatchObject([
      { kind: 'change', service: 'api', how: 'in place' },
      { kind: 'start', service: 'api' },
    ])
  })

  test('that what is down starts beside what is reloaded', () => {
    const viewsOf = (service: string): readonly InstanceView[] => [
      ...running(service),
      ...running(service).map((view) => ({ ...view, slot: 1, state: 'stopped' as const })),
    ]
    const app = { exec_mode: 'cluster', instances: 2 }

    expect(
      changesOf(declaring(app), declaring({ ...app, env: { A: '1' } }), { viewsOf }),
    ).toMatchObject([{ how: 'reload' }, { kind: 'start' }])
  })

  test('what does not start by itself changes, and stays down', () => {
    const viewsOf = (service: string): readonly InstanceView[] =>
      running(service).map((view) => ({ ...view, state: 'stopped' }))
    const app = { autostart: false }

    expect(
      changesOf(declaring(app), declaring({ ...app, env: { A: '1' } }), { viewsOf }),
    ).toMatchObject([{ kind: 'change', how: 'in place' }])
  })

  test('what is gone from the file, where that is asked for', () => {
    const before = declaring({ name: 'api' }, { name: 'old' })

    expect(changesOf(before, declaring({ name: 'api' }))).toEqual([])
    expect(changesOf(before, declaring({ name: 'api' }), { prune: true })).toEqual([
      { kind: 'remove', service: 'old' },
    ])
  })

  test('variables of the shell that a process would see, and no others', () => {
    const unseen = { OWN: '1', HIDDEN_X: '1', NODE_APP_INSTANCE: '7' }
    const inherited = { ...shell, LANG: 'de', SSH_TTY: '/dev/pts/3', npm_config_x: 'y', ...unseen }
    const same = declaring({ env: { OWN: '2' }, filter_env: ['HIDDEN'] })

    expect(changesOf(same, same, { inherited })).toMatchObject([
      { fields: [{ field: 'shell.LANG', from: '***', to: '***', isShell: true }] },
    ])
  })
})

test('no value of a variable is in a plan', () => {
  const before = declaring({ env: { KEY: 'first secret' } })
  const after = declaring({ env: { KEY: 'second secret', URL: 'third secret' } })

  expect(JSON.stringify(changesOf(before, after))).not.toContain('secret')
})

const apps = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    instances: fc.integer({ min: 1, max: 3 }),
    exec_mode: fc.constantFrom('fork', 'cluster'),
    env: fc.dictionary(fc.constantFrom('X', 'Y'), fc.constantFrom('1', '2')),
    max_restarts: fc.integer({ min: 0, max: 3 }),
  }),
  { selector: ({ name }) => name, minLength: 1 },
)

test('whatever was declared, what is declared now has nothing to do', () => {
  fc.assert(
    fc.property(apps, apps, (before, after) => {
      const declaration = declaring(...after)
      const around = { at: 0, idOf: () => undefined }
      const state = declaration.services.reduce(
        (sum, spec) => declare(sum, spec, shell, around),
        hostOf(declaring(...before)),
      )
      const wanted = { declaration, inherited: shell, prune: false }

      const { changes } = planOf(wanted, { state, viewsOf: running })

      expect(changes).toEqual([])
    }),
  )
})

test('a digest stands for what is so and what is to be so', () => {
  const digestOf = (before: Declaration, after: Declaration): string => {
    const wanted = { declaration: after, inherited: shell, prune: false }
    const state = {
      ...hostOf(before),
      services: hostOf(before).services.map((each) => ({ ...each, id: 'x' })),
    }
    return planOf(wanted, { state, viewsOf: running }).digest
  }
  const [one, two] = [declaring({ env: { A: '1' } }), declaring({ env: { A: '2' } })]

  expect(digestOf(one, two)).toBe(digestOf(one, two))
  expect(digestOf(one, two)).not.toBe(digestOf(two, one))
  expect(digestOf(one, one)).not.toBe(digestOf(one, two))
})
