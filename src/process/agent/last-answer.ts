import type { ServerResponse } from 'node:http'

const header = 'connection'

/**
 * Lets an answer close its connection. A service, or what it copies headers from, may say `keep-alive` itself; that
 * would leave the connection open until it is cut off with a request on it.
 */
export function closeAfter(response: ServerResponse): void {
  response.shouldKeepAlive = false
  if (response.headersSent) return
  response.setHeader(header, 'close')
  for (const name of ['setHeader', 'appendHeader', 'removeHeader'] as const) {
    const original: unknown = response[name]
    if (typeof original !== 'function') continue
    const guarded = (field: string, ...rest: readonly unknown[]): unknown =>
      String(field).toLowerCase() === header
        ? response
        : Reflect.apply(original, response, [field, ...rest])
    Object.defineProperty(response, name, { value: guarded, writable: true, configurable: true })
  }
}
