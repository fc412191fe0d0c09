import { fileURLToPath } from 'node:url'

/** What the tests download once and keep; removed with `node_modules`. */
export const cacheFolder: string = fileURLToPath(
  new URL('../../../node_modules/.cache/troupe-redis/', import.meta.url),
)
