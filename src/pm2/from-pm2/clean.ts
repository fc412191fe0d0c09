import { resolve } from 'node:path'
import { canonicalNames, environmentPrefix, fields } from '../../declaration/fields.ts'
import { shapeOf } from '../../declaration/shape.ts'
import type { App } from './dump.ts'

/**
 * The apps of a declaration with every field under its own name, and without those that mean
 * nothing here. `dir` is where the file stands: what is written elsewhere must mean the same.
 */
export function cleanApps(raw: unknown, root: string, dir: string): readonly App[] {
  return shapeOf(raw, root).apps.map(({ raw: app }) => {
    const named = Object.entries(app).flatMap(([key, value]) => {
      if (key.startsWith(environmentPrefix)) return [[key, value] as const]
      const name = canonicalNames.get(key)
      const isMoot = name !== undefined && fields[name]?.standing.kind === 'moot'
      return name === undefined || isMoot ? [] : [[name, value] as const]
    })
    const clean = Object.fromEntries(named)
    const cwd = typeof clean['cwd'] === 'string' ? clean['cwd'] : '.'
    return { ...clean, cwd: resolve(dir, cwd) }
  })
}
