import { expect, test } from 'vitest'
import type { WatchSpec } from '../../../src/declaration/triggers.ts'
import {
  explain,
  watchRules,
  type WatchSite,
} from '../../../src/supervisor/triggers/watch-rules.ts'

const site: WatchSite = {
  home: '/home/ann/.troupe',
  written: () => ['/srv/logs/api.log', '/srv/api.pid'],
}

const watching = (given: Partial<WatchSpec>): WatchSpec => ({
  base: '/srv',
  paths: ['.'],
  delayMs: 0,
  options: {},
  ...given,
})

const custom = { ignore: ['tmp', '**/*.md', '!tmp/keep'] }

// prettier-ignore
const paths: [string, Partial<WatchSpec>, string, string, string][] = [
  // what,                                      watch,                                   path,                       verdict,   rule
  ['a file of cwd',                             {},                                      'app.js',                   'counts',  'watch "."'],
  ['a file deep in cwd',                        {},                                      'a/b/c.js',                 'counts',  'watch "."'],
  ['a file elsewhere',                          {},                                      '/etc/hosts',               'outside', 'watch'],
  ['a neighbour with the same beginning',       { paths: ['src'] },                      'src2/a.js',                'outside', 'watch'],
  ['a folder that is named',                    { paths: ['./src/'] },                   'src/a/b.js',               'counts',  'watch "./src/"'],
  ['a file that is named',                      { paths: ['config.json'] },              'config.json',              'counts',  'watch "config.json"'],
  ['a file beside a file that is named',        { paths: ['config.json'] },              'app.js',                   'outside', 'watch'],
  ['a glob',                                    { paths: ['src/**/*.ts'] },              'src/a/b.ts',               'counts',  'watch "src/**/*.ts"'],
  ['what a glob leaves out',                    { paths: ['src/**/*.ts'] },              'src/a/b.js',               'outside', 'watch'],
  ['a glob of one folder',                      { paths: ['src/*.ts'] },                 'src/a/b.ts',               'outside', 'watch'],
  ['a glob outside of cwd',                     { paths: ['../shared/**'] },             '/shared/a.js',             'counts',  'watch "../shared/**"'],
  ['an absolute glob',                          { paths: ['/opt/*/x.js'] },              '/opt/a/x.js',              'counts',  'watch "/opt/*/x.js"'],
  ['braces',                                    { paths: ['{src,lib}/*.js'] },           'lib/a.js',                 'counts',  'watch "{src,lib}/*.js"'],
  ['brackets that belong to a name',            { paths: ['pages/[id].js'] },            'pages/[id].js',            'counts',  'watch "pages/[id].js"'],
  ['a cwd with brackets',                       { base: '/srv/a (1)', paths: ['*.js'] }, '/srv/a (1)/x.js',          'counts',  'watch "*.js"'],
  ['a dotfile',                                 {},                                      '.env',                     'ignored', 'the default: dotfiles'],
  ['a file in a dotted folder',                 {},                                      '.cache/x/a.js',            'ignored', 'the default: dotfiles'],
  ['a dotted folder above cwd',                 { base: '/home/ann/.app' },              'app.js',                   'counts',  'watch "."'],
  ['a dotfile that is named',                   { paths: ['.env'] },                     '.env',                     'counts',  'watch ".env"'],
  ['a dotfile that a glob names',               { paths: ['**/.env*'] },                 'a/.env.local',             'counts',  'watch "**/.env*"'],
  ['a dotfile that a glob does not name',       { paths: ['**/*'] },                     'a/.env',                   'ignored', 'the default: dotfiles'],
  ['a dotfile that is named beside cwd',        { paths: ['.', '.env'] },                '.env',                     'counts',  'watch ".env"'],
  ['a module',                                  {},                                      'node_modules/x/i.js',      'ignored', 'the default: node_modules'],
  ['a module of a package',                     {},                                      'packages/a/node_modules/x','ignored', 'the default: node_modules'],
  ['a module that is named',                    { paths: ['node_modules/mine'] },        'node_modules/mine/i.js',   'counts',  'watch "node_modules/mine"'],
  ['what ignore_watch names',                   custom,                                  'tmp/a/b',                  'ignored', 'ignore_watch "tmp"'],
  ['what a glob of ignore_watch names',         custom,                                  'docs/a.md',                'ignored', 'ignore_watch "**/*.md"'],
  ['a folder that a glob of ignore_watch names',{ ignore: ['**/dist'] },                 'a/dist/b/c.js',            'ignored', 'ignore_watch "**/dist"'],
  ['what ignore_watch takes back',              custom,                                  'tmp/keep/a',               'counts',  'watch "."'],
  ['the same name elsewhere',                   custom,                                  'src/tmp/a',                'counts',  'watch "."'],
  ['a dotfile under an own ignore_watch',       custom,                                  '.env',                     'counts',  'watch "."'],
  ['what watch takes back',                     { paths: ['.', '!dist'] },               'dist/a.js',                'ignored', 'watch "!dist"'],
  ['a log',                                     custom,                                  'logs/api.log',             'ignored', 'the rule that logs and pid files of services never count'],
  ['the log of an instance',                    custom,                                  'logs/api-12.log',          'ignored', 'the rule that logs and pid files of services never count'],
  ['a rotated log',                             custom,                                  'logs/api.log.2026-06-01',  'ignored', 'the rule that logs and pid files of services never count'],
  ['what only looks like a log',                custom,                                  'logs/api.login.js',        'counts',  'watch "."'],
  ['a pid file',                                custom,                                  'api-3.pid',                'ignored', 'the rule that logs and pid files of services never count'],
  ['version control',                           custom,                                  '.git/index',               'ignored', 'the rule that files of version control never count'],
  ['the home',                                  { base: '/home/ann' },                   '.troupe/state/x',          'ignored', 'the rule that files in the home of Troupe never count'],
  ['a service that lives in the home',          { base: '/home/ann/.troupe/x' },         'app.js',                   'counts',  'watch "."'],
  ['what is as deep as allowed',                { options: { depth: 1 } },               'a/b.js',                   'counts',  'watch "."'],
  ['what is deeper than allowed',               { options: { depth: 1 } },               'a/b/c.js',                 'ignored', 'watch_options.depth 1'],
]

test.each(paths)('%s', (...[, given, path, kind, rule]) => {
  expect(explain(path, watching(given), site)).toMatchObject({ kind, rule })
})

test('an explanation is a sentence', () => {
  const why = (path: string) => explain(path, watching({ paths: ['src'], ...custom }), site).why

  expect(why('src/app.js')).toBe('watch "src" means it, and nothing says to ignore it')
  expect(why('src/a.md')).toBe('ignored by ignore_watch "**/*.md"')
  expect(why('app.js')).toBe('none of watch "src" means it')
  expect(explain('app.js', undefined, site).why).toBe('the service does not watch files')
})

// prettier-ignore
const folders: [string, Partial<WatchSpec>, string, boolean][] = [
  ['a folder of cwd',                      {},                                  '/srv/src',              true],
  ['what is above',                        { paths: ['src'] },                  '/srv',                  true],
  ['what is beside',                       { paths: ['src'] },                  '/srv/lib',              false],
  ['modules',                              {},                                  '/srv/node_modules',     false],
  ['modules of which one is watched',      { paths: ['.', 'node_modules/a'] },  '/srv/node_modules',     true],
  ['the others of these',                  { paths: ['.', 'node_modules/a'] },  '/srv/node_modules/b',   false],
  ['a folder too deep for a glob',         { paths: ['*.js'] },                 '/srv/src',              false],
  ['a folder on the way of a glob',        { paths: ['**/*.js'] },              '/srv/src/a',            true],
  ['a folder deeper than allowed',         { options: { depth: 1 } },           '/srv/a/b',              false],
  ['an ignored folder',                    { ignore: ['tmp'] },                 '/srv/tmp',              false],
  ['one of which something is taken back', custom,                              '/srv/tmp',              true],
  ['version control',                      custom,                              '/srv/.git',             false],
]

test.each(folders)('looks into %s, or not', (_, given, folder, expected) => {
  expect(watchRules(watching(given), site).mayHold(folder)).toBe(expected)
})

test('a path that lies within another is not watched twice', () => {
  const { roots } = watchRules(
    watching({ paths: ['src/**/*.ts', 'src/a', 'config.json', '../x/*.js'] }),
    site,
  )

  expect(roots).toEqual(['/srv/src', '/srv/config.json', '/x'])
})
