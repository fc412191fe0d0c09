import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Troupe needs git only for what it does with git; so do its tests. */
export const hasGit: boolean = spawnSync('git', ['--version']).status === 0

/** A remote, its author, and the clone that services run from. */
export interface SourceLab {
  /** The working tree of the services. */
  readonly dir: string
  /** Commits files in the clone of the author, and pushes them. */
  readonly publish: (subject: string, files: Files) => void
  /** Commits files where the services run. */
  readonly commit: (subject: string, files: Files) => void
  /** Runs git where the services run. */
  readonly git: (...words: string[]) => string
  /** The subjects of the commits that the branch of the services has, newest first. */
  readonly history: () => readonly string[]
}

type Files = Readonly<Record<string, string>>

/** A repository with one commit, cloned from a `file://` remote; gone when the test is over. */
export function givenSource(files: Files): SourceLab {
  const root = mkdtempSync(join(tmpdir(), 'troupe-source-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const remote = join(root, 'remote.git')
  const author = join(root, 'author')
  const dir = join(root, 'clone')
  mkdirSync(author)
  git(root, 'init', '--quiet', '--bare', '--initial-branch=main', remote)
  git(author, 'init', '--quiet', '--initial-branch=main')
  git(author, 'remote', 'add', 'origin', `file://${remote}`)
  const publish = (subject: string, changed: Files): void => {
    commit(author, subject, changed)
    git(author, 'push', '--quiet', '--set-upstream', 'origin', 'main')
  }
  publish('first', files)
  git(root, 'clone', '--quiet', `file://${remote}`, dir)
  return {
    dir,
    publish,
    commit: (subject, changed) => commit(dir, subject, changed),
    git: (...words) => git(dir, ...words),
    history: () => git(dir, 'log', '--format=%s').split('\n'),
  }
}

function commit(dir: string, subject: string, files: Files): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
  git(dir, 'add', '--all')
  git(dir, 'commit', '--quiet', '--message', subject)
}

function git(cwd: string, ...words: string[]): string {
  const { PATH = '/usr/bin:/bin' } = process.env
  const author = { GIT_AUTHOR_NAME: 'Anna', GIT_AUTHOR_EMAIL: 'anna@example.com' }
  const committer = { GIT_COMMITTER_NAME: 'Anna', GIT_COMMITTER_EMAIL: 'anna@example.com' }
  const env = { PATH, GIT_CONFIG_GLOBAL: '/dev/null', ...author, ...committer }
  return execFileSync('git', words, { cwd, env, encoding: 'utf8' }).trim()
}
