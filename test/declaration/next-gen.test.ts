import { expect, test } from 'vitest'
import { declared, machineWith, node, problemsOf, serviceOf } from './given.ts'

const files = { '/srv/main.ts': {}, '/srv/main.tsx': {}, '/srv/job.py': {} }
const tsx = { '/node_modules/tsx/package.json': {} }
const plain = machineWith({ files })
const withTsx = machineWith({ files: { ...files, ...tsx } })
const newer = machineWith({ files, runsTypeScript: true })
const maps = '--enable-source-maps'

// prettier-ignore
const runs: [string, string, typeof plain, string[]][] = [
  // script,  where,                       machine, arguments of Node
  ['app.js',   'in a project with tsx',     withTsx, ['--import', 'tsx', maps]],
  ['main.ts',  'in a project with tsx',     withTsx, ['--import', 'tsx', maps]],
  ['main.tsx', 'in a project with tsx',     withTsx, ['--import', 'tsx', maps]],
  ['app.js',   'without tsx',               plain,   [maps]],
  ['main.ts',  'with a Node that runs it',  newer,   [maps]],
]

test.each(runs)('%s %s is run with %j', (script, _where, machine, args) => {
  const service = serviceOf({ script, next_gen_js: true }, { machine })

  expect(service).toMatchObject({ interpreter: node, interpreterArgs: args })
})

test.each([
  ['main.ts', plain],
  ['main.tsx', newer],
])('%s is refused where nothing runs it, with what to install', (script, machine) => {
  expect(problemsOf({ script, next_gen_js: true }, { machine })).toMatchObject([
    { hint: 'there is no tsx to be found from /srv: run `npm install tsx` there' },
  ])
})

test('what runs a script is said, and what names its interpreter or is not for Node keeps it', () => {
  const app = (name: string, more: object) => ({
    name,
    script: 'app.js',
    next_gen_js: true,
    ...more,
  })
  const apps = [
    app('a', {}),
    app('b', { script: 'main.ts' }),
    app('c', { interpreter: 'node' }),
    app('d', { script: 'job.py' }),
  ]

  const { services, warnings } = declared({ apps }, { machine: withTsx })

  expect(services.slice(2).map(({ interpreter }) => interpreter)).toEqual(['node', 'python3'])
  expect(warnings).toEqual([
    '`next_gen_js`: run through tsx (a, b)',
    '`next_gen_js` changes nothing: run as they are (c, d)',
  ])
})
