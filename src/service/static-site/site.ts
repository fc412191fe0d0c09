import { createReadStream } from 'node:fs'
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { askedPath } from './asked-path.ts'
import { contentTypeOf } from './content-type.ts'
import { mayEnter } from './credentials.ts'
import { find, type Found, type SiteFile } from './find.ts'
import type { SiteSettings } from './settings.ts'

/** Answers one request for a file of the site. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  site: SiteSettings,
): Promise<void> {
  // As PM2's server: the files of a site are for pages of any other one.
  response.setHeader('Access-Control-Allow-Origin', '*')
  response.setHeader('X-Content-Type-Options', 'nosniff')
  if (!mayEnter(request.headers.authorization, site.auth)) {
    return say(response, 401, { 'WWW-Authenticate': 'Basic realm="site", charset="UTF-8"' })
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return say(response, 405, { Allow: 'GET, HEAD' })
  }
  const asked = askedPath(request.url ?? '')
  if (asked.kind === 'refused') return say(response, asked.status)
  await give(await find(asked.path, site), asked.path, { request, response })
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

async function give(found: Found, asked: string, exchange: Exchange): Promise<void> {
  const { response } = exchange
  switch (found.kind) {
    case 'file':
      return send(found.file, found.status, exchange)
    case 'moved':
      return say(response, 301, { Location: found.to })
    case 'listing':
      response.writeHead(200, { 'Content-Type': contentTypeOf('page.html') })
      response.end(listing(asked, found.names))
      return
    case 'outside':
      return say(response, 403)
    case 'nothing':
      return say(response, 404)
  }
}

async function send(
  { path, bytes, changedAt }: SiteFile,
  status: 200 | 404,
  { request, response }: Exchange,
): Promise<void> {
  const tag = `W/"${bytes.toString(16)}-${changedAt.getTime().toString(16)}"`
  const headers = { ETag: tag, 'Last-Modified': changedAt.toUTCString() }
  if (status === 200 && request.headers['if-none-match'] === tag) {
    response.writeHead(304, headers).end()
    return
  }
  response.writeHead(status, {
    ...headers,
    'Content-Type': contentTypeOf(path),
    'Content-Length': bytes,
  })
  if (request.method === 'HEAD' || bytes === 0) {
    response.end()
    return
  }
  // A file that grows meanwhile must not be longer than was said.
  await pipeline(createReadStream(path, { end: bytes - 1 }), response)
}

const sentences: Readonly<Record<number, string>> = {
  301: 'moved',
  400: 'this is no path',
  401: 'a name and a password are needed',
  403: 'this is not part of the site',
  404: 'there is nothing here',
  405: 'this can only be read',
}

function say(response: ServerResponse, status: number, headers: OutgoingHttpHeaders = {}): void {
  response.writeHead(status, { 'Content-Type': contentTypeOf('page.txt'), ...headers })
  response.end(`${sentences[status] ?? 'this failed'}\n`)
}

function listing(path: string, names: readonly string[]): string {
  const rows = names.map((name) => {
    const link = name.split('/').map(encodeURIComponent).join('/')
    return `<li><a href="./${link}">${escape(name)}</a></li>`
  })
  return `<!doctype html><meta charset="utf-8"><title>${escape(path)}</title><h1>${escape(path)}</h1><ul>${rows.join('')}</ul>\n`
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
