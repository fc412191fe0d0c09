import { expect, test } from 'vitest'
import type { BootMachine } from '../../../src/cli/boot/machine.ts'
import type { Options } from '../../../src/cli/call.ts'
import { startupOn, unstartupOn } from '../../../src/cli/verbs/startup.ts'
import { commandLine } from '../given.ts'

const file = '/etc/systemd/system/troupe-anna.service'

/** A machine that notes what is done to it. */
function machine(given: Partial<BootMachine> & { readonly tools?: readonly string[] } = {}) {
  const { tools = ['systemctl'], ...rest } = given
  const done: string[] = []
  const written = new Map<string, string>()
  const ports: BootMachine = {
    isRoot: true,
    user: 'anna',
    node: '/usr/bin/node',
    cli: '/opt/troupe/main.js',
    hasTool: async (name) => tools.includes(name),
    homeOf: async (user) => (user.startsWith('nobody') ? undefined : `/home/${user}`),
    async write(path, text) {
      done.push(`write ${path}`)
      written.set(path, text)
    },
    exists: async (path) => written.has(path),
    async remove(path) {
      done.push(`remove ${path}`)
      written.delete(path)
    },
    run: async (argv) => void done.push(argv.join(' ')),
    ...rest,
  }
  return { ports, done, written }
}

async function call(
  verb: typeof startupOn,
  on: BootMachine,
  { words = [], ...options }: Options & { readonly words?: readonly string[] } = {},
) {
  const { place, screen } = commandLine({ env: { PATH: '/usr/bin:/bin' } })
  const code = await verb(on, { words, rest: [], options, place })
  return { code, ...screen.held() }
}

test('root gets a unit that is written first and enabled then, and is told how to hand over', async () => {
  const { ports, done, written } = machine()

  const { code, out } = await call(startupOn, ports)

  expect(code).toBe(0)
  expect(done).toEqual([
    `write ${file}`,
    'systemctl daemon-reload',
    'systemctl enable troupe-anna.service',
  ])
  expect(written.get(file)).toContain('Environment=TROUPE_HOME=/home/anna/.troupe\n')
  expect(out).toContain(`✓ ${file} written and enabled\n`)
  expect(out).toContain('troupe detach; systemctl start troupe-anna\n')
})

test('an init system that refuses gets its file taken back, unless one was there before', async () => {
  const { ports, done, written } = machine({
    run: () => Promise.reject(new Error('systemctl daemon-reload failed: not booted')),
  })

  const refused = `systemd did not take ${file}: systemctl daemon-reload failed: not booted`
  await expect(call(startupOn, ports)).rejects.toThrow(refused)
  expect(done).toEqual([`write ${file}`, `remove ${file}`])

  written.set(file, 'the one before')
  await expect(call(startupOn, ports)).rejects.toThrow(refused)
  expect(written.has(file)).toBe(true)
})

test('whoever is not root gets the exact line for it, alone on standard output, and exit code 1', async () => {
  const { ports, done } = machine({ isRoot: false, user: `anna o'neill` })

  const { code, out } = await call(startupOn, ports, { home: '/home/anna/.troupe' })

  expect({ code, done }).toEqual({ code: 1, done: [] })
  expect(out).toBe(
    `sudo env PATH=/usr/bin:/bin /usr/bin/node /opt/troupe/main.js startup systemd --user 'anna o'\\''neill' --home /home/anna/.troupe --service-name troupe-anna-o-neill\n`,
  )
})

test.each([
  [['systemctl', 'rc-update', 'launchctl'], 'systemd'],
  [['rc-update', 'launchctl'], 'openrc'],
  [['launchctl'], 'launchd'],
])('with %j on the PATH it writes for %s', async (tools, expected) => {
  const { code, out } = await call(startupOn, machine({ tools }).ports, { json: true })

  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ init: expected, isEnabled: true })
})

test('--dry-run prints the unit for a machine that is not this one, and writes nothing', async () => {
  const { ports, done } = machine({ tools: [], isRoot: false })

  const { code, out } = await call(startupOn, ports, { words: ['openrc'], dryRun: true })

  expect({ code, done }).toEqual({ code: 0, done: [] })
  expect(out).toMatch(/^#!\/sbin\/openrc-run\n/)
})

test('another user starts with the home in their own directory', async () => {
  const { ports, written } = machine({ user: 'root' })

  await call(startupOn, ports, { user: 'bert' })

  expect(written.get('/etc/systemd/system/troupe-bert.service')).toContain(
    'User=bert\nWorkingDirectory=~\nEnvironment=PATH=/usr/bin:/bin\nEnvironment=TROUPE_HOME=/home/bert/.troupe\n',
  )
})

test('a unit would not outlive a command that npx keeps for a while, and that is said', async () => {
  const { ports } = machine({ cli: '/home/anna/.npm/_npx/1f/node_modules/troupe/dist/cli/main.js' })

  const { code, err } = await call(startupOn, ports)

  expect(code).toBe(0)
  expect(err).toContain('npm install --global')
})

test.each([
  [{ user: 'nobody-knows' }, 'there is no user nobody-knows here whose home is known'],
  [{ words: ['upstart'] }, 'no unit can be written for upstart'],
  [{ home: '/srv/a\nExecStart=/bin/evil' }, 'a unit cannot hold a line break'],
])('%j is refused: %s', async (options, expected) => {
  const { ports, done } = machine()

  await expect(call(startupOn, ports, options)).rejects.toThrow(expected)

  expect(done).toEqual([])
})

test('unstartup disables the unit while its file is still there; a second time there is nothing to take back', async () => {
  const { ports, done } = machine()
  await call(startupOn, ports)
  done.length = 0

  const first = await call(unstartupOn, ports)
  const second = await call(unstartupOn, ports)

  expect(done).toEqual(['systemctl disable troupe-anna.service', `remove ${file}`])
  expect(first.out).toBe(`✓ ${file} disabled and removed\n`)
  expect(second).toMatchObject({ code: 0, out: `there is no ${file}: nothing to take back\n` })
})
