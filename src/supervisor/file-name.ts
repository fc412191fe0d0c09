import { createHash } from 'node:crypto'

/**
 * What a service's own files in the home are called: its name, where that can stand in a file's name, as nearly all do.
 * What had to be changed is told apart by its digest, behind a `~` that no unchanged name has: no two names share a file.
 */
export function fileName(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9._-]/g, '-')
  return plain === name ? name : `${plain}~${digestOf(name)}`
}

function digestOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 8)
}
