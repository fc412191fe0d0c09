import { open, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** What is known of the file whose copy is looked for. */
interface Known {
  readonly bytes: number
  /** What stood before that. */
  readonly last: Buffer
}

/** The file beside `path`, named after it, that has this device and inode: what a rotation renamed it to. */
export async function siblingWith(path: string, id: string): Promise<string | undefined> {
  for (const sibling of await siblings(path)) if (sibling.id === id) return sibling.path
  return undefined
}

/**
 * What a rotation that copies and empties left beside `path`, from where it is not known yet;
 * undefined when there is no such copy.
 */
export async function copyBehind(
  path: string,
  { bytes, last }: Known,
): Promise<AsyncIterable<Buffer> | undefined> {
  for (const sibling of await siblings(path)) {
    if (sibling.size < bytes || !(await holds(sibling.path, bytes, last))) continue
    return chunksOf(sibling.path, bytes)
  }
  return undefined
}

async function* chunksOf(path: string, from: number): AsyncGenerator<Buffer, void, undefined> {
  const file = await open(path, 'r')
  try {
    for await (const chunk of file.createReadStream({ start: from, autoClose: false })) yield chunk
  } finally {
    await file.close()
  }
}

interface Sibling {
  readonly path: string
  readonly id: string
  readonly size: number
  readonly mtimeMs: number
}

/** Newest first. */
async function siblings(path: string): Promise<readonly Sibling[]> {
  const name = basename(path)
  const names = await readdir(dirname(path)).catch(() => [])
  const found = await Promise.all(
    names
      .filter((each) => each !== name && each.startsWith(name))
      .map((each) => look(join(dirname(path), each))),
  )
  return found.flatMap((each) => each ?? []).toSorted((a, b) => b.mtimeMs - a.mtimeMs)
}

async function look(path: string): Promise<Sibling | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined)
  if (found === undefined || !found.isFile()) return undefined
  const { dev, ino, size, mtimeMs } = found
  return { path, id: idOf(dev, ino), size: Number(size), mtimeMs: Number(mtimeMs) }
}

/** What tells a file from every other on this host. */
export function idOf(dev: bigint, ino: bigint): string {
  return `${dev}-${ino}`
}

async function holds(path: string, end: number, last: Buffer): Promise<boolean> {
  const file = await open(path, 'r').catch(() => undefined)
  if (file === undefined) return false
  try {
    const { buffer } = await file.read(Buffer.alloc(last.length), 0, last.length, end - last.length)
    return buffer.equals(last)
  } finally {
    await file.close()
  }
}
