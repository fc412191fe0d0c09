import type { SimpleGit, StatusResult } from 'simple-git'
import type { Millis } from '../../base/clock.ts'
import { messageOf, TroupeError } from '../../base/errors.ts'
import type { SourceView } from '../../protocol/views.ts'
import { gitEnvironment } from './git-environment.ts'
import type { Place } from './place.ts'
import { remoteAddress, withoutCredentials } from './remote-address.ts'
import type { WorkingTree } from './working-tree.ts'

const lookMs = 5_000
/** Fetching, and writing a large tree. */
const workMs = 120_000

/** The {@link WorkingTree} around a directory, as the user of the service sees it. */
export function gitTree(place: Place): WorkingTree {
  return {
    look: () => asking(place, lookMs, `look at the source in ${place.cwd}`, look),
    fetch: () =>
      asking(place, workMs, 'fetch', async (git) => {
        // Without a name, git takes the remote of the branch.
        await git.raw(['fetch', '--quiet'])
      }),
    find: (name) =>
      asking(place, lookMs, `find ${name}`, (git) =>
        answerOf(git, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]),
      ),
    isWithin: (commit, tip) =>
      asking(place, lookMs, 'compare commits', async (git) => {
        const left = await git.raw(['rev-list', '--max-count=1', commit, `^${tip}`])
        return left === ''
      }),
    move: (to) => reset(place, '--keep', to),
    restore: (to) => reset(place, '--hard', to),
    keep: ({ branch, revision }) =>
      asking(place, lookMs, 'remember the tip', async (git) => {
        await git.raw(['update-ref', keptTip(branch), revision])
      }),
  }
}

function reset(place: Place, how: '--keep' | '--hard', to: string): Promise<void> {
  return asking(place, workMs, `go to ${to.slice(0, 7)}`, async (git) => {
    await git.raw(['reset', '--quiet', how, to])
  })
}

async function look(git: SimpleGit): Promise<SourceView> {
  const root = await git.revparse(['--show-toplevel'])
  const status = await git.status(['--untracked-files=no'])
  const last = await git.raw(['log', '-1', '--format=%H%x00%P%x00%ct%x00%s'])
  const [revision = '', parents = '', seconds = '', subject = ''] = last.split('\0')
  const [previous = ''] = parents.split(' ')
  const next = await nextOf(git, status)
  return {
    root,
    revision,
    subject,
    committedAt: Number(seconds) * 1_000,
    ...(await remoteOf(git, status)),
    isDirty: status.files.length > 0,
    hasUnstaged: status.files.some(({ working_dir: kind }) => kind.trim() !== ''),
    ahead: status.ahead,
    behind: status.behind,
    ...(previous === '' ? {} : { previous }),
    ...(next === undefined ? {} : { next }),
  }
}

async function remoteOf(
  git: SimpleGit,
  status: StatusResult,
): Promise<Pick<SourceView, 'branch' | 'upstream' | 'remotes' | 'remote' | 'url'>> {
  const branch = branchOf(status)
  const known = await git.getRemotes(true)
  const upstream = status.tracking ?? undefined
  // The names of remotes may hold slashes as those of branches do.
  const followed = known.find(({ name }) => upstream?.startsWith(`${name}/`) === true)
  const remote = followed ?? known.find(({ name }) => name === 'origin') ?? known[0]
  return {
    remotes: known.map(({ name }) => name),
    ...(branch === undefined ? {} : { branch }),
    ...(upstream === undefined ? {} : { upstream }),
    ...(remote === undefined ? {} : { remote: remote.name, url: remoteAddress(remote.refs.fetch) }),
  }
}

function branchOf({ current, detached }: StatusResult): string | undefined {
  return detached || current === null ? undefined : current
}

function keptTip(branch: string | undefined): string {
  return branch === undefined ? 'refs/troupe/detached' : `refs/troupe/branch/${branch}`
}

/** The next commit towards the upstream, or else towards the tip that `backward` left. */
async function nextOf(git: SimpleGit, status: StatusResult): Promise<string | undefined> {
  const upstream = status.tracking === null || status.behind === 0 ? [] : [status.tracking]
  for (const tip of [...upstream, keptTip(branchOf(status))]) {
    const way = await answerOf(git, [
      'rev-list',
      '--first-parent',
      '--ancestry-path',
      `HEAD..${tip}`,
    ])
    const next = way?.split('\n').at(-1)
    if (next !== undefined) return next
  }
  return undefined
}

/** Undefined where git has no answer. */
async function answerOf(git: SimpleGit, words: readonly string[]): Promise<string | undefined> {
  try {
    const answer = await git.raw([...words])
    return answer === '' ? undefined : answer
  } catch {
    return undefined
  }
}

async function asking<T>(
  { cwd, env, user }: Place,
  block: Millis,
  what: string,
  ask: (git: SimpleGit) => Promise<T>,
): Promise<T> {
  try {
    const { simpleGit } = await import('simple-git')
    const git = simpleGit({
      baseDir: cwd,
      trimmed: true,
      timeout: { block, stdOut: false, stdErr: false },
      // It is the operator's own, from the shell that declared the service.
      unsafe: { allowUnsafeSshCommand: true },
      ...(user === undefined ? {} : { spawnOptions: user }),
    })
    return await ask(git.env({ ...gitEnvironment(env) }))
  } catch (thrown) {
    const said = withoutCredentials(messageOf(thrown)).trim()
    throw new TroupeError('E_FAILED', `git could not ${what}: ${said}`, { cause: thrown })
  }
}
