import { mkdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { labForEachTest, node } from './lab.ts'

const lab = labForEachTest()

const awkward = [
  '-n',
  '--',
  '',
  ' spaces  inside ',
  `'single' "double" \`back\``,
  '$HOME $(id) ${x} \\ \\n %s',
  'a\nb\n',
  '*.ts ~ # ; & | < > !',
  'ünïcödé 🎭',
]

/** Prints what a service was given, as JSON. */
const confess = `console.log(JSON.stringify({
  argv: process.argv.slice(1), env: process.env, cwd: process.cwd(), execPath: process.execPath }))`

interface Confession {
  readonly argv: string[]
  readonly env: Record<string, string>
  readonly cwd: string
}

test('arguments arrive unchanged, whatever characters they are made of', async () => {
  const subject = await lab.launch([node, '-e', confess, '--', ...awkward])

  await subject.exited

  expect(JSON.parse(await subject.out())).toMatchObject({ argv: awkward })
})

test('so do the working directory, the log files and a command, in paths just as awkward', async () => {
  const cwd = join(lab.home, `- it's "a" $place`, 'b\nc')
  await mkdir(cwd, { recursive: true })
  await symlink(node, join(cwd, `no$de '1'`))
  const files = { out: join(cwd, 'logs $x', `o'ut.log`), error: '/dev/null' }
  const subject = await lab.launch([`./no$de '1'`, '-e', confess], { cwd, files })

  expect((await subject.exited).exit).toEqual({ code: 0 })

  expect(JSON.parse(await subject.out())).toMatchObject({ cwd })
})

test('the environment is exactly the one that was ordered, its cookie and PWD', async () => {
  process.env['TROUPE_TEST_LEAK'] = 'must not arrive'
  const env = { 'spring.profile': 'a=b $c', 'npm-x': '1', PLAIN: `it's\n"plain"`, EMPTY: '' }
  const subject = await lab.launch([node, '-e', confess], { env })

  await subject.exited

  const confession: Confession = JSON.parse(await subject.out())
  expect(confession.env).toEqual({
    ...env,
    PWD: lab.home,
    TROUPE_COOKIE: subject.record.cookie,
  })
  delete process.env['TROUPE_TEST_LEAK']
})

test('no value of the environment stands on disk', async () => {
  const subject = await lab.launch(['true'], { env: { TOKEN: 'hush-hush' } })
  await subject.exited

  const intent = await readFile(join(subject.record.dir, 'intent.json'), 'utf8')

  expect(intent).not.toContain('hush-hush')
})

test('a service leads no group, reads nothing, and ignores no signal', async () => {
  const subject = await lab.launch(['sh', '-c', 'cat; cat /proc/$$/status'])
  const pid = await subject.started

  await subject.exited

  const status = await subject.out()
  expect(status).toContain(`Pid:\t${pid}\n`)
  expect(status).toMatch(/^SigIgn:\t0+$/m)
})

test('both streams and every launch append to the file they share', async () => {
  const both = join(lab.home, 'both.log')
  const over = { files: { out: both, error: both } }
  const first = await lab.launch(['sh', '-c', 'echo a; echo b >&2; echo c'], over)
  await first.exited

  const second = await lab.launch(['sh', '-c', 'echo d'], over)
  await second.exited

  expect(await second.out()).toBe('a\nb\nc\nd\n')
})
