import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './run.ts'

/** No mirror that fails to answer may hold the tests up for long. */
const bounded = ['-o', 'Acquire::http::Timeout=15', '-o', 'Acquire::Retries=1']
const downloadMs = 90_000
/** Needs no root: a simulation and a download change nothing that belongs to the system. */
const unprivileged = ['-o', 'Debug::NoLocking=1', '-o', 'APT::Sandbox::User=root']

/**
 * Downloads these packages, and the dependencies that are missing on this machine, into `folder`. Where the
 * package lists are empty or too old, it fetches new ones and tries once more.
 */
export async function downloadPackages(names: readonly string[], folder: string): Promise<void> {
  try {
    await download(names, folder, [])
  } catch {
    const state = await updateLists(join(folder, 'apt'))
    await download(names, folder, state).catch((error: Error) => {
      // An update that reached no mirror ends well all the same.
      throw new Error(`${error.message}, even after apt-get update: is there a network?`, {
        cause: error,
      })
    })
  }
}

async function download(
  names: readonly string[],
  folder: string,
  state: readonly string[],
): Promise<void> {
  const options = ['-qq', ...bounded, ...unprivileged, ...state]
  const plan = await run(
    'apt-get',
    ['install', '--simulate', '--no-install-recommends', ...options, ...names],
    { env: { ...process.env, LC_ALL: 'C' } },
  )
  const missing = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name = '']) => name)
  // Those that are installed, but out of reach for these tests, are not in the plan.
  const wanted = [...new Set([...names, ...missing])]
  await run('apt-get', ['download', ...options, ...wanted], { cwd: folder, timeout: downloadMs })
}

/** Root refreshes the system's lists; anybody else gets lists of their own. Returns the options that use them. */
async function updateLists(ownFolder: string): Promise<readonly string[]> {
  const isRoot = process.getuid?.() === 0
  const state = isRoot ? [] : await ownState(ownFolder)
  await run('apt-get', ['update', '-qq', ...bounded, ...state], { timeout: downloadMs })
  return state
}

async function ownState(folder: string): Promise<readonly string[]> {
  await mkdir(join(folder, 'lists', 'partial'), { recursive: true })
  await mkdir(join(folder, 'cache', 'archives', 'partial'), { recursive: true })
  const lists = `Dir::State::lists=${join(folder, 'lists')}`
  return ['-o', lists, '-o', `Dir::Cache=${join(folder, 'cache')}`]
}
