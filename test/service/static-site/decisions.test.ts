import { expect, test } from 'vitest'
import { askedPath } from '../../../src/service/static-site/asked-path.ts'
import { contentTypeOf } from '../../../src/service/static-site/content-type.ts'
import { mayEnter } from '../../../src/service/static-site/credentials.ts'
import { settingsFrom } from '../../../src/service/static-site/settings.ts'

test.each([
  ['/', '/'],
  ['/a/b.css?v=1', '/a/b.css'],
  ['/a%20b/%C3%BC.html', '/a b/ü.html'],
  ['//evil.example/x', '/evil.example/x'],
  ['/a/./b/', '/a/b/'],
  ['/.well-known/acme', '/.well-known/acme'],
])('%s asks for %s', (target, path) => {
  expect(askedPath(target)).toEqual({ kind: 'path', path })
})

test.each([
  ['/../secret', 403],
  ['/a/../../secret', 403],
  ['/%2e%2e/secret', 403],
  ['/..%2fsecret', 403],
  ['/a/%2e%2e%2f%2e%2e%2fsecret', 403],
  ['/.env', 403],
  ['/.git/config', 403],
  ['/a/.htpasswd', 403],
  ['/%', 400],
  ['/%00', 400],
  ['http://other/x', 400],
  ['', 400],
] as const)('%s is refused with %d', (target, status) => {
  expect(askedPath(target)).toEqual({ kind: 'refused', status })
})

test.each([
  ['/index.html', 'text/html; charset=utf-8'],
  ['/APP.JS', 'text/javascript; charset=utf-8'],
  ['/data.json', 'application/json'],
  ['/image.svg', 'image/svg+xml'],
  ['/font.woff2', 'font/woff2'],
  ['/LICENSE', 'application/octet-stream'],
])('%s is %s', (path, type) => {
  expect(contentTypeOf(path)).toBe(type)
})

test('without a variable everything is as in PM2', () => {
  expect(settingsFrom({ PORT: '1', PM2_SERVE_SPA: 'false' })).toEqual({
    kind: 'settings',
    settings: {
      path: '.',
      port: 8080,
      host: '0.0.0.0',
      homepage: '/index.html',
      isSpa: false,
      hasListing: false,
    },
  })
})

test('every variable counts', () => {
  const env = {
    PM2_SERVE_PATH: 'dist',
    PM2_SERVE_PORT: '9000',
    PM2_SERVE_HOST: '127.0.0.1',
    PM2_SERVE_HOMEPAGE: '/start.html',
    PM2_SERVE_SPA: 'true',
    PM2_SERVE_FTP: 'true',
    PM2_SERVE_BASIC_AUTH: 'true',
    PM2_SERVE_BASIC_AUTH_USERNAME: 'anna',
    PM2_SERVE_BASIC_AUTH_PASSWORD: 'sesame',
  }

  expect(settingsFrom(env)).toEqual({
    kind: 'settings',
    settings: {
      path: 'dist',
      port: 9000,
      host: '127.0.0.1',
      homepage: '/start.html',
      isSpa: true,
      hasListing: true,
      auth: { username: 'anna', password: 'sesame' },
    },
  })
})

test.each([
  [{ PM2_SERVE_PORT: 'http' }, 'expected a port, got "http"'],
  [{ PM2_SERVE_BASIC_AUTH: 'true' }, 'needs PM2_SERVE_BASIC_AUTH_USERNAME'],
  [{ PM2_SERVE_BASIC_AUTH_USERNAME: 'anna' }, 'and PM2_SERVE_BASIC_AUTH_PASSWORD'],
])('%j serves nothing, rather than to everybody', (env, expected) => {
  expect(settingsFrom(env)).toMatchObject({
    kind: 'problem',
    why: expect.stringContaining(expected),
  })
})

const auth = { username: 'anna', password: 'open:sesame' }
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`

test.each([
  [basic('anna:open:sesame'), true],
  [basic('anna:open'), false],
  [basic('bert:open:sesame'), false],
  ['Basic', false],
  ['Bearer abc', false],
  [undefined, false],
])('%s may enter: %s', (header, expected) => {
  expect(mayEnter(header, auth)).toBe(expected)
})

test('a site without a password is open', () => {
  expect(mayEnter(undefined, undefined)).toBe(true)
})
