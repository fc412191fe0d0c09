import { chmod, lstat, mkdir, stat } from 'node:fs/promises'
import { TroupeError } from '../base/errors.ts'

/**
 * Makes a directory that only this user can enter. One that is ours already is closed to
 * others; one that is not is refused, for in a shared place somebody may have made it first.
 *
 * @throws TroupeError `E_CONFIG` when it belongs to somebody else, or is no directory
 */
export async function makePrivate(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const mode = await checkOurs(dir)
  if (mode !== 0o700) await chmod(dir, 0o700)
}

/** The permission bits of a directory, after making sure that it, and a link that led to it, are ours. */
async function checkOurs(dir: string): Promise<number> {
  const us = process.getuid?.()
  const link = await lstat(dir)
  const target = await stat(dir)
  if (target.isDirectory() && link.uid === us && target.uid === us) return target.mode & 0o777
  const found = target.isDirectory() ? `belongs to user ${target.uid}` : 'is no directory'
  throw new TroupeError('E_CONFIG', `${dir} must be a directory of your own, and ${found}`, {
    hint: 'choose another with TROUPE_HOME',
  })
}

/**
 * What a client checks before it trusts a socket in a directory that others could have made.
 *
 * @throws TroupeError `E_CONFIG`; a system error with `ENOENT` when there is no such directory
 */
export async function checkPrivate(dir: string): Promise<void> {
  const mode = await checkOurs(dir)
  if ((mode & 0o022) === 0) return
  throw new TroupeError('E_CONFIG', `others may write to ${dir}, so its socket cannot be trusted`, {
    hint: `chmod 700 ${dir}`,
  })
}
