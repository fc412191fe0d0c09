import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { SiteSettings } from '../../../src/service/static-site/settings.ts'
import { answer } from '../../../src/service/static-site/site.ts'
import { openShell } from '../../support/command-line.ts'
import { eventually } from '../../support/eventually.ts'

const files = {
  'secret.txt': 'secret',
  'site/index.html': '<h1>home</h1>',
  'site/app.js': 'app()',
  'site/empty.txt': '',
  'site/a b/index.html': 'inner',
  'site/list/x&y.txt': 'x',
  'site/list/.hidden': 'h',
}

async function givenFiles() {
  const dir = await mkdtemp(join(tmpdir(), 'troupe-site-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(dir, name, '..'), { recursive: true })
    await writeFile(join(dir, name), text)
  }
  await symlink(join(dir, 'secret.txt'), join(dir, 'site/link.txt'))
  await symlink(dir, join(dir, 'site/up'))
  await symlink('app.js', join(dir, 'site/same.js'))
  return dir
}

interface Got {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, unknown>>
}

/** Asks as it is spelled: `fetch` would mend the path first. */
function get(port: number, path: string, { method = 'GET', headers = {} } = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (body += chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body, headers: response.headers }),
      )
    })
    asked.on('error', reject).end()
  })
}

async function givenSite(settings: Partial<SiteSettings> = {}) {
  const dir = await givenFiles()
  const site: SiteSettings = {
    path: join(dir, 'site'),
    port: 0,
    host: '127.0.0.1',
    homepage: '/index.html',
    isSpa: false,
    hasListing: false,
    ...settings,
  }
  const server = createServer((asked, response) => void answer(asked, response, site))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return {
    dir,
    get: (path: string, options?: Parameters<typeof get>[2]) => get(port, path, options),
  }
}

test.each([
  ['/', 200, '<h1>home</h1>', 'text/html; charset=utf-8'],
  ['/app.js?v=2', 200, 'app()', 'text/javascript; charset=utf-8'],
  ['/empty.txt', 200, '', 'text/plain; charset=utf-8'],
  ['/a%20b/', 200, 'inner', 'text/html; charset=utf-8'],
  ['/same.js', 200, 'app()', 'text/javascript; charset=utf-8'],
  ['/nowhere', 404, 'there is nothing here\n', 'text/plain; charset=utf-8'],
  ['/app.js/', 404, 'there is nothing here\n', 'text/plain; charset=utf-8'],
  ['/list/', 404, 'there is nothing here\n', 'text/plain; charset=utf-8'],
  ['/link.txt', 403, 'this is not part of the site\n', 'text/plain; charset=utf-8'],
  ['/up/secret.txt', 403, 'this is not part of the site\n', 'text/plain; charset=utf-8'],
  ['/../secret.txt', 403, 'this is not part of the site\n', 'text/plain; charset=utf-8'],
  ['/%2e%2e%2fsecret.txt', 403, 'this is not part of the site\n', 'text/plain; charset=utf-8'],
])('%s is answered with %d', async (path, status, body, type) => {
  const site = await givenSite()

  const got = await site.get(path)

  expect(got).toMatchObject({ status, body })
  expect(got.headers['content-type']).toBe(type)
})

test('a directory without its slash is redirected below this host, whatever its name', async () => {
  const site = await givenSite()

  expect((await site.get('//a%20b')).headers['location']).toBe('/a%20b/')
})

test('what did not change is not sent again, and HEAD sends no body', async () => {
  const site = await givenSite()
  const { headers } = await site.get('/app.js')

  const again = await site.get('/app.js', { headers: { 'if-none-match': String(headers['etag']) } })
  const head = await site.get('/app.js', { method: 'HEAD' })

  expect(again).toMatchObject({ status: 304, body: '' })
  expect(head).toMatchObject({ status: 200, body: '' })
  expect(head.headers['content-length']).toBe('5')
  expect(await site.get('/app.js', { method: 'POST' })).toMatchObject({ status: 405 })
})

test('a page of the site says that something is not there', async () => {
  const site = await givenSite()
  await writeFile(join(site.dir, 'site/404.html'), 'lost')

  expect(await site.get('/nowhere')).toMatchObject({ status: 404, body: 'lost' })
})

test('a single page answers for everything, with its own scripts from any depth', async () => {
  const site = await givenSite({ isSpa: true })

  expect(await site.get('/users/7')).toMatchObject({ status: 200, body: '<h1>home</h1>' })
  expect(await site.get('/users/app.js')).toMatchObject({ status: 200, body: 'app()' })
  expect(await site.get('/link.txt')).toMatchObject({ status: 403 })
})

test('a listing shows what may be asked for, and nothing in it is markup', async () => {
  const site = await givenSite({ hasListing: true })

  const { status, body, headers } = await site.get('/list/')

  expect(status).toBe(200)
  expect(headers['content-type']).toBe('text/html; charset=utf-8')
  expect(body).toContain('<a href="./x%26y.txt">x&amp;y.txt</a>')
  expect(body).not.toContain('hidden')
})

test('a site with a password lets nobody else see even what is missing', async () => {
  const site = await givenSite({ auth: { username: 'anna', password: 'sesame' } })
  const authorization = `Basic ${Buffer.from('anna:sesame').toString('base64')}`

  const closed = await site.get('/nowhere')

  expect(closed.status).toBe(401)
  expect(closed.headers['www-authenticate']).toContain('Basic')
  expect(await site.get('/', { headers: { authorization } })).toMatchObject({ status: 200 })
})

test('troupe serve runs a site as a service, a declaration says the same, and it ends when it is told to', async () => {
  const dir = await givenFiles()
  const { troupe } = await openShell()
  const site = join(dir, 'site')

  const served = await troupe('serve', site, '0', '--host', '127.0.0.1', '--spa', '--name', 'site')

  expect(served).toMatchObject({ code: 0, stdout: expect.stringContaining('✓ site#0 online') })
  expect(await get(await portOf(troupe, 'site'), '/users/7')).toMatchObject({ status: 200 })
  expect((await troupe('stop', 'site')).stdout).toContain('✓ site#0 stopped, ended with code 0')

  const env = { PM2_SERVE_PATH: 'site', PM2_SERVE_PORT: 0, PM2_SERVE_HOST: '127.0.0.1' }
  const declaration = { apps: [{ name: 'files', script: 'serve', env }] }
  await writeFile(join(dir, 'processes.json'), JSON.stringify(declaration))
  await troupe('start', join(dir, 'processes.json'))
  expect(await get(await portOf(troupe, 'files'), '/app.js')).toMatchObject({ body: 'app()' })
})

function portOf(
  troupe: (...args: readonly string[]) => Promise<{ readonly stdout: string }>,
  name: string,
): Promise<number> {
  return eventually(`${name} says where it is`, async () => {
    const { stdout } = await troupe('logs', name, '--nostream')
    const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(stdout)?.[1]
    return port === undefined ? undefined : Number(port)
  })
}
