import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { builtCli } from '../../support/built.ts'
import { openShell } from '../../support/command-line.ts'

/** A bash in which `troupe` is on the PATH and its completion was sourced. */
async function givenBash(home: string) {
  const dir = await mkdtemp(join(tmpdir(), 'troupe-bash-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const command = join(dir, 'troupe')
  await writeFile(command, `#!/bin/sh\nexec '${process.execPath}' '${builtCli}' "$@"\n`)
  await chmod(command, 0o755)
  await writeFile(join(dir, 'processes.json'), '{}')

  /** What Tab offers behind these words, of which the last one is begun. */
  return (...words: readonly string[]): Promise<readonly string[]> => {
    const script = [
      'source <(troupe completion bash)',
      'COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))',
      '_troupe',
      '[ ${#COMPREPLY[@]} -eq 0 ] || printf "%s\\n" "${COMPREPLY[@]}"',
    ].join('\n')
    const { PATH = '/usr/bin:/bin' } = process.env
    const env = { PATH: `${dir}:${PATH}`, HOME: dir, TROUPE_HOME: home }
    return new Promise((resolve, reject) => {
      execFile('bash', ['-c', script, 'bash', ...words], { cwd: dir, env }, (error, out, err) => {
        if (error !== null || err !== '') reject(new Error(err, { cause: error }))
        else resolve(out.split('\n').filter((line) => line !== ''))
      })
    })
  }
}

test('Tab in bash knows verbs, options, words, files and the services that are there', async () => {
  const { home, troupe } = await openShell()
  await troupe('start', 'sleep 1000', '--name', 'web')
  await troupe('start', 'sleep 1000', '--name', 'worker')

  const tab = await givenBash(home)

  expect(await tab('troupe', 'unst')).toEqual(['unstartup'])
  expect(await tab('troupe', 'stop', 'w')).toEqual(['web', 'worker'])
  expect(await tab('troupe', 'stop', 'web', 'wor')).toEqual(['worker'])
  expect(await tab('troupe', 'startup', '')).toEqual(['systemd', 'openrc', 'launchd'])
  expect(await tab('troupe', 'logs', '--no')).toEqual(['--nostream'])
  expect(await tab('troupe', 'start', 'proc')).toEqual(['processes.json'])
  expect(await tab('troupe', 'start', '--output', 'proc')).toEqual(['processes.json'])
  expect(await tab('troupe', 'ping', '')).toEqual([])
})

test('Tab where no manager runs offers no service, and starts none', async () => {
  const { home, troupe } = await openShell()

  const tab = await givenBash(home)

  expect(await tab('troupe', 'why', '')).toEqual([])
  expect((await troupe('list')).stderr).toContain('no manager runs')
})

test('a name is offered as it has to be typed, and never run', async () => {
  const { home, troupe } = await openShell()
  await troupe('start', 'sleep 1000', '--name', 'x $(touch ran) y')

  const tab = await givenBash(home)

  expect(await tab('troupe', 'why', 'x')).toEqual([String.raw`x\ \$\(touch\ ran\)\ y`])
  expect(await tab('troupe', 'start', 'ran')).toEqual([])
})
