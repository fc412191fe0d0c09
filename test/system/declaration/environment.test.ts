import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { openShell } from '../../support/command-line.ts'
import { eventually } from '../../support/eventually.ts'
import { startManager } from '../../support/troupe.ts'

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

test('the instances of a service count a variable on', async () => {
  const troupe = await startManager()
  const [name, increment_var] = ['web', 'PORT']
  const app = { name, script: 'echo port $PORT; exec sleep 1000', increment_var, port: 3000 }
  await troupe.declare({ apps: [{ ...app, instances: 3, exec_mode: 'fork' }] })

  const ports = await eventually('three have said theirs', async () => {
    const { lines } = await troupe.client.command('logs', 'web', { lines: 1 })
    return lines.length === 3 ? lines.map(({ line }) => line) : undefined
  })
  expect(ports.toSorted()).toEqual(['port 3000', 'port 3001', 'port 3002'])
})
