import { join } from 'node:path'
import { expect, test } from 'vitest'
import { givenSource, hasGit } from '../source/repository.ts'
import { programFolder } from './given.ts'

test.runIf(hasGit)(
  'the source of a process is pulled, moved back and forth, and reloaded',
  async () => {
    const service = (word: string): string => `console.log('${word}'); setInterval(() => {}, 1000)`
    const source = givenSource({ 'app.js': service('one') })
    source.publish('second', { 'app.js': service('two') })
    source.publish('third', { 'app.js': service('three') })
    const first = source.git('rev-parse', 'HEAD')
    const folder = await programFolder()

    const { lines, stderr } = await folder.program(`
    const say = (what) => (error, said) => console.log(what, error ? error.msg : said.split(' ').slice(-1)[0])
    pm2.start({ script: ${JSON.stringify(join(source.dir, 'app.js'))}, cwd: ${JSON.stringify(source.dir)}, name: 'app' })
    pm2.pullAndReload('app', say('pull'))
    pm2.backward('app', say('backward'))
    pm2.forward('app', say('forward'))
    pm2.pullCommitId('app', '${first}', say('commit'))
    pm2.pullAndRestart('app', say('restart'))
    pm2.describe('app', (error, [one]) => console.log(one.pm2_env.restart_time))
    pm2.disconnect()`)

    expect(stderr).toBe('')
    expect(lines).toEqual([
      'pull third',
      'backward second',
      'forward third',
      'commit first',
      'restart third',
      '5',
    ])
  },
)

test('a directory is served, and a home of its own can be destroyed', async () => {
  const folder = await programFolder()
  await folder.script('index.html', 'hello')

  const { lines } = await folder.program(`
    pm2.serve('.', 0, { name: 'site' }, (error, [one]) => console.log(error, one.name, one.pm2_env.status))
    pm2.destroy((error, answer) => {
      console.log(error, answer.success, require('node:fs').existsSync(pm2.pm2_home + '/troupe'))
      pm2.disconnect()
    })`)

  expect(lines).toEqual(['null site online', 'null true false'])
})

test('the end of the manager is told on the bus', async () => {
  const folder = await programFolder()

  const { lines } = await folder.program(`
    pm2.launchBus((error, bus) => {
      bus.on('pm2:kill', ({ status }) => console.log(status))
      pm2.killDaemon((failed, answer) => {
        console.log(failed, answer.success)
        pm2.disconnect()
      })
    })`)

  expect(lines).toEqual(['killed', 'null true'])
})

test('a program and its bus outlive the death of the manager', async () => {
  const folder = await programFolder()
  await folder.script('app.js', `console.log('hello'); setInterval(() => {}, 1000)`)

  const { lines } = await folder.program(`
    const { readFileSync } = require('node:fs')
    pm2.start('app.js', () => pm2.launchBus((error, bus) => {
      bus.on('process:event', ({ event }) => { if (event === 'restart') console.log('restart is told') })
      bus.on('log:out', ({ data }) => {
        console.log('log: ' + data.trim())
        pm2.disconnect()
      })
      const home = process.env.PM2_HOME
      const pid = Number(readFileSync(home + '/troupe/manager.pid', 'utf8').trim().split(/\\s/)[0])
      process.kill(pid, 'SIGKILL')
      setTimeout(() => pm2.list((failed, all) => {
        console.log(failed, all.length)
        pm2.restart('app')
      }), 300)
    }))`)

  expect(lines).toEqual(['null 1', 'restart is told', 'log: hello'])
})

test('every bus that was launched hears what happens, also after a listener has thrown', async () => {
  const folder = await programFolder()
  await folder.script('app.js', `console.log('hello'); setInterval(() => {}, 1000)`)

  const { lines } = await folder.program(`
    process.on('uncaughtException', ({ message }) => console.log('uncaught: ' + message))
    pm2.launchBus((error, first) => {
      first.on('process:event', ({ event }) => {
        if (event === 'start') throw new Error('mine')
        if (event !== 'stop') return
        console.log('first: ' + event)
        pm2.disconnect()
      })
      pm2.launchBus((failed, second) => {
        second.on('log:out', ({ data }) => {
          console.log('second: ' + data.trim())
          pm2.stop('app')
        })
        pm2.start('app.js')
      })
    })`)

  expect(lines).toEqual(['uncaught: mine', 'second: hello', 'first: stop'])
})

test('a restart by name takes new arguments and fields, which a later one keeps', async () => {
  const folder = await programFolder()
  await folder.script(
    'app.js',
    `console.log('with ' + process.argv.slice(2)); setInterval(() => {}, 1000)`,
  )

  const { lines } = await folder.program(`
    pm2.start('app.js', { name: 'app', args: ['old'] })
    pm2.restart('app', { scriptArgs: ['a', 'b c'], maxRestarts: 3, name: 'app' })
    pm2.restart('app', { outFile: 'x.log' }, (error) => console.log(error.message))
    pm2.launchBus((failed, bus) => {
      bus.on('log:out', ({ data }) => {
        console.log(data.trim())
        pm2.describe('app', (error, [{ pm2_env }]) => {
          console.log(pm2_env.args, pm2_env.max_restarts)
          pm2.disconnect()
        })
      })
      pm2.restart('app')
    })`)

  expect(lines).toEqual([
    expect.stringContaining('outFile: expected a field that can be changed by name'),
    'with a,b c',
    "[ 'a', 'b c' ] 3",
  ])
})

test('with updateEnv the variables of the program are what the next process sees', async () => {
  const folder = await programFolder()
  await folder.script(
    'app.js',
    `console.log('it is ' + process.env.COLOR); setInterval(() => {}, 1000)`,
  )

  const { lines } = await folder.program(`
    pm2.start({ script: 'app.js', name: 'app', wait_ready: false }, () => {
      process.env.COLOR = 'blue'
      pm2.launchBus((error, bus) => {
        bus.on('log:out', ({ data }) => {
          console.log(data.trim())
          pm2.disconnect()
        })
        pm2.restart('app', { updateEnv: true })
      })
    })`)

  expect(lines).toEqual(['it is blue'])
})
