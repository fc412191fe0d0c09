import { readFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { errnoOf, messageOf, TroupeError } from '../base/errors.ts'

/** What a declaration file holds, and where in it the declaration stands. */
export interface Content {
  readonly raw: unknown
  /** `troupe` or `pm2` in a package.json, otherwise empty. */
  readonly root: string
}

type Reader = (path: string) => Promise<unknown>

const readers: Readonly<Record<string, Reader>> = {
  '.json': readJson,
  '.json5': readJson,
  '.jsonc': readJson,
  '.yaml': readYaml,
  '.yml': readYaml,
  '.js': runModule,
  '.cjs': runModule,
  '.mjs': runModule,
  '.ts': runModule,
  '.cts': runModule,
  '.mts': runModule,
}

/**
 * Reads a declaration file by its extension. JSON is never evaluated, only `.js` and `.ts` are code.
 *
 * @param label how the user calls the file
 * @throws TroupeError `E_DECLARATION`
 */
export async function readContent(path: string, label: string): Promise<Content> {
  const read = readers[extname(path)]
  if (read === undefined) {
    throw new TroupeError('E_DECLARATION', `${label} is no declaration that can be read`, {
      hint: `its name should end in one of ${Object.keys(readers).join(' ')}`,
    })
  }
  const raw = await read(path).catch((cause: unknown) => {
    throw explained(cause, label)
  })
  return basename(path) === 'package.json' ? inPackage(raw, label) : { raw, root: '' }
}

/**
 * Reads a declaration as JSON with comments from a stream.
 *
 * @throws TroupeError `E_DECLARATION`
 */
export async function readJsonFrom(stream: NodeJS.ReadableStream, label: string): Promise<Content> {
  const { text } = await import('node:stream/consumers')
  try {
    return { raw: await parseJson(await text(stream)), root: '' }
  } catch (cause) {
    throw explained(cause, label)
  }
}

function inPackage(raw: unknown, label: string): Content {
  const keys = new Map(typeof raw === 'object' && raw !== null ? Object.entries(raw) : [])
  const root = ['troupe', 'pm2'].find((key) => keys.has(key))
  if (root !== undefined) return { raw: keys.get(root), root }
  throw new TroupeError('E_DECLARATION', `${label} declares no services`, {
    hint: 'put them under "troupe": {"apps": […]}; "pm2" is read too',
  })
}

async function readJson(path: string): Promise<unknown> {
  return parseJson(await readText(path))
}

async function parseJson(text: string): Promise<unknown> {
  const { default: json5 } = await import('json5')
  try {
    return json5.parse(text)
  } catch (cause) {
    const hint =
      'it is read as JSON with comments and never run: to compute values, make it a .config.js'
    throw new Unreadable(messageOf(cause).replace(/^JSON5: /, ''), hint, cause)
  }
}

async function readYaml(path: string): Promise<unknown> {
  const text = await readText(path)
  const { parseDocument } = await import('yaml')
  // PM2's reader knows `<<`, which YAML 1.2 left out.
  const document = parseDocument(text, { merge: true })
  const [error] = document.errors
  if (error !== undefined) {
    const lines = document.errors.map(({ message }) => message.split(':\n')[0])
    throw new Unreadable(lines.join('; '), 'correct the lines that are named', error)
  }
  return document.toJS()
}

async function readText(path: string): Promise<string> {
  const text = await readFile(path, 'utf8')
  return text.replace(/^\uFEFF/, '')
}

/** Runs a module afresh, whatever was run before; functions are called and promises awaited. */
async function runModule(path: string): Promise<unknown> {
  const filename = path
  const source = await readText(path)
  const { createJiti } = await import('jiti')
  const jiti = createJiti(path, { moduleCache: false, fsCache: false, interopDefault: false })
  try {
    // Left to itself, jiti hands plain JavaScript to Node, which keeps what it has read once.
    const how = { filename, ext: extname(path), async: true, forceTranspile: true }
    return await called(mainExport(await jiti.evalModule(source, how)))
  } catch (cause) {
    const [first = ''] = messageOf(cause).split('\n')
    const message = `${first.trim()}${placeIn(cause, path)}`
    throw new Unreadable(message, 'the file is a program, and it failed: see its own error', cause)
  }
}

/** The default export, or all the named ones. */
function mainExport(exported: unknown): unknown {
  const isObject = typeof exported === 'object' && exported !== null
  return isObject && 'default' in exported ? exported.default : exported
}

async function called(exported: unknown): Promise<unknown> {
  const value = await exported
  return typeof value === 'function' ? called(value()) : value
}

function placeIn(thrown: unknown, path: string): string {
  const text = thrown instanceof Error ? `${thrown.message}\n${thrown.stack}` : ''
  const [, after = ''] = text.split(`${path}:`)
  const [line] = /^\d+/.exec(after) ?? []
  return line === undefined ? '' : ` at line ${line}`
}

/** Something about the content of a file, as opposed to the getting of it. */
class Unreadable extends Error {
  readonly hint: string

  constructor(message: string, hint: string, cause: unknown) {
    super(message, { cause })
    this.hint = hint
  }
}

const hints: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file: see the name and the current directory',
  EISDIR: 'it is a directory: name the file in it',
  EACCES: 'it may not be read: see its permissions',
}

function explained(cause: unknown, label: string): TroupeError {
  const hint =
    cause instanceof Unreadable ? cause.hint : (hints[errnoOf(cause) ?? ''] ?? 'see the file')
  const why = cause instanceof Unreadable ? cause.message : plain(cause)
  return new TroupeError('E_DECLARATION', `${label} cannot be read: ${why}`, { hint, cause })
}

function plain(cause: unknown): string {
  const errno = errnoOf(cause)
  return errno === 'ENOENT' ? 'there is no such file' : messageOf(cause)
}
