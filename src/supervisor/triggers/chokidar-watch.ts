import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { FSWatcher } from 'chokidar'
import { errnoOf } from '../../base/errors.ts'
import type { FileWatch, OpenWatch, WatchNews, WatchOrder } from './file-watch.ts'

/** Watches through chokidar, which is loaded with the first file that is to be watched. */
export const openChokidar: OpenWatch = async (order, news) => {
  await stat(order.root)
  const { watch } = await import('chokidar')
  const watcher = watch(order.root, {
    ...order.options,
    // The rules count depth from each of their own roots.
    depth: Infinity,
    ignoreInitial: true,
    persistent: true,
    ignored: (path, stats) => isIgnored(path, stats, order),
  })
  return await open(watcher, order, news)
}

/** Without `stats` it is not yet known what a path is. */
function isIgnored(path: string, stats: Stats | undefined, order: WatchOrder): boolean {
  const mayHold = order.mayHold(path)
  if (stats === undefined || stats.isSymbolicLink()) return !mayHold && !order.counts(path)
  return stats.isDirectory() ? !mayHold : !order.counts(path)
}

/**
 * Looks, at each word of the system, whether the root is still there. Chokidar does not always say:
 * it throttles how often it reads a folder, and misses one that goes right after its last file.
 */
function rootLook(root: string, gone: () => void): () => Promise<void> {
  let isAsked = false
  let isBusy = false
  return async () => {
    isAsked = true
    if (isBusy) return
    isBusy = true
    while (isAsked) {
      isAsked = false
      // It stays busy then: gone is said once.
      if (await isMissing(root)) return gone()
    }
    isBusy = false
  }
}

async function isMissing(path: string): Promise<boolean> {
  return await stat(path).then(
    () => false,
    (error: unknown) => errnoOf(error) === 'ENOENT',
  )
}

const changes: ReadonlySet<string> = new Set(['add', 'change', 'unlink'])

/** A folder that may not be read says nothing of its neighbours. */
const partial: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM'])

async function open(watcher: FSWatcher, order: WatchOrder, news: WatchNews): Promise<FileWatch> {
  let state: 'opening' | 'open' | 'closed' = 'opening'
  const close = async (): Promise<void> => {
    state = 'closed'
    await watcher.close()
  }
  watcher.on('all', (event, path) => {
    // What was there before is no change, though chokidar says so of links that are not followed.
    if (state !== 'open') return
    // An empty folder is nothing that a service could have read.
    if (changes.has(event) && order.counts(path)) news.changed(path)
  })
  const look = rootLook(order.root, () => {
    if (state === 'open') news.gone()
  })
  watcher.on('raw', () => void look())
  const ready = new Promise<void>((resolve, reject) => {
    watcher.once('ready', resolve)
    // Without a listener a second error would end the manager.
    watcher.on('error', (error) => {
      if (partial.has(errnoOf(error))) news.blind(error)
      else if (state === 'open') news.failed(error)
      else reject(error)
    })
  })
  try {
    await ready
    // It may have been removed meanwhile.
    await stat(order.root)
  } catch (error) {
    await close()
    throw error
  }
  state = 'open'
  return { close }
}
