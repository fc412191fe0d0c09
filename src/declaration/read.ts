import { dirname, resolve } from 'node:path'
import { readContent, readJsonFrom } from './content.ts'
import { type Circumstances, declarationFrom } from './declare.ts'
import { hostMachine } from './host-machine.ts'
import type { Declaration } from './service.ts'

/** How a declaration is read. */
export type ReadOptions = Pick<Circumstances, 'envName' | 'only' | 'cwd' | 'defaults'>

/** The fields of one app, in any of PM2's spellings, beside how they are read. */
export interface ScriptOptions extends ReadOptions {
  readonly [field: string]: unknown
}

/**
 * Reads and checks a declaration file, or `-`, standard input as JSON; everything in the answer is ready to run on this machine.
 *
 * @throws DeclarationError with all problems of the file at once
 * @throws TroupeError `E_DECLARATION` when the file cannot be read at all
 */
export async function readDeclaration(file: string, options: ReadOptions): Promise<Declaration> {
  if (file === '-') return readStandardInput(options)
  const path = resolve(options.cwd, file)
  return declarationFrom(await readContent(path, file), {
    ...options,
    label: file,
    file: path,
    bases: [...new Set([dirname(path), options.cwd])],
    machine: hostMachine,
  })
}

async function readStandardInput(options: ReadOptions): Promise<Declaration> {
  const label = 'standard input'
  const content = await readJsonFrom(process.stdin, label)
  return declarationFrom(content, { ...options, label, bases: [options.cwd], machine: hostMachine })
}

/**
 * Declares one script by itself, as `troupe start app.js --name x` does.
 *
 * @throws DeclarationError with all problems at once
 */
export function declareScript(script: string, options: ScriptOptions): Declaration {
  const { envName, only, cwd, ...fields } = options
  return declarationFrom(
    { raw: { ...fields, cwd, script }, root: '' },
    { envName, only, cwd, label: script, bases: [cwd], machine: hostMachine },
  )
}

/**
 * Declares apps that a program holds, in any shape that a file may have: one app, a list, `{apps: […]}`.
 *
 * @throws DeclarationError with all problems at once
 */
export function declareApps(raw: unknown, options: ReadOptions): Declaration {
  const { cwd } = options
  return declarationFrom(
    { raw, root: '' },
    { ...options, label: 'what was given', bases: [cwd], machine: hostMachine },
  )
}
