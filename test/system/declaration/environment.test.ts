import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { openShell } from '../../support/command-line.ts'
import { eventually } from '../../support/eventually.ts'

test('a service does not get the variables of the shell that filter_env names', async () => {
  const { troupe, dir } = await openShell({ AWS_KEY: 'k', TOKEN: 't', PLAIN: 'p' })
  const apps = [
    { name: 'some', script: 'env; exec sleep 1000', filter_env: ['AWS'] },
    { name: 'none', script: 'env; exec sleep 1000', filter_env: true, env: { TOKEN: 'own' } },
  ]
  await writeFile(`${dir}/processes.json`, JSON.stringify({ apps }))

  await troupe('start', 'processes.json')

  const printed = (name: string): Promise<string> =>
    eventually(`${name} has printed its environment`, async () => {
      const { stdout } = await troupe('logs', name, '--nostream', '--lines', '100')
      return stdout.includes('TROUPE_COOKIE=') ? stdout : undefined
    })
  const some = await printed('some')
  expect(some).toContain('TOKEN=t')
  expect(some).toContain('PLAIN=p')
  expect(some).not.toContain('AWS_KEY')
  const none = await printed('none')
  expect(none).toContain('TOKEN=own')
  expect(none).toContain('PATH=')
  expect(none).not.toMatch(/AWS_KEY|PLAIN/)
})
