import { expect, test } from 'vitest'
import { startableFrom, targetsFrom } from '../../src/control/targets.ts'

test.each([
  ['api', { name: 'api' }],
  ['api#2', { name: 'api', slot: 2 }],
  ['@scope/api#0', { name: '@scope/api', slot: 0 }],
  ['#2', { name: '#2' }],
  ['c#', { name: 'c#' }],
  ['all', { name: 'all' }],
  ['/^api/', { name: '/^api/' }],
])('"%s" names a service', (text, target) => {
  expect(targetsFrom(text)).toEqual([target])
  expect(targetsFrom([text, text])).toEqual([target, target])
})

test.each([
  ['processes.json', 'declaration'],
  ['./deploy/processes.yaml', 'declaration'],
  ['ecosystem.config.js', 'declaration'],
  ['processes.config.ts', 'declaration'],
  ['app.js', 'script'],
  ['./server', 'script'],
  ['worker.py', 'script'],
  ['api', 'service'],
  ['api#1', 'service'],
  ['my.service', 'service'],
  ['/^api/', 'service'],
] as const)('start "%s" means a %s', (word, kind) => {
  expect(startableFrom(word)).toBe(kind)
})
