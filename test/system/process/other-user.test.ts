import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { labForEachTest } from './lab.ts'

const lab = labForEachTest()
const someone = { uid: 65_534, gid: 65_534 }

/** A script where everybody can read it, which is not said of this folder. */
async function openScript(code: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'troupe-open-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  await chmod(dir, 0o755)
  const path = join(dir, 'script.cjs')
  await writeFile(path, code)
  return path
}

test.skipIf(process.getuid?.() !== 0)(
  'workers are who they are declared to be, whoever their primary and their siblings are',
  async () => {
    const script = await openScript(`
      process.send([process.getuid(), process.getgid(), process.getgroups()])
      setInterval(() => {}, 1000)`)

    const theirs = await lab.start(lab.worker(script, { cwd: '/', user: someone }))
    const ours = await lab.start(lab.worker(script, { slot: 1, cwd: '/' }))

    expect((await theirs.said('message')).data).toEqual([65_534, 65_534, [65_534]])
    expect((await ours.said('message')).data).toMatchObject([0, 0, {}])
  },
)
