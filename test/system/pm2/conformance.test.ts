import { expect, test } from 'vitest'
import { programFolder } from './given.ts'

/** Prints what each call answers, in one line: what PM2 7.0.4 answers to the same calls was looked at first. */
const tell = `
  const shape = (value) => {
    if (value instanceof Error) return 'Error ' + value.message.replaceAll(process.cwd(), '.')
    if (Array.isArray(value)) return '[' + value.map(shape).join() + ']'
    if (value === null || typeof value !== 'object') return String(value)
    if ('pm2_env' in value) {
      const { name, pm_id, pm2_env } = value
      const more = ['pid', 'monit', 'process', 'restart_time'].filter((key) => key in value)
      return [name, pm_id, pm2_env.status, ...more].join(' ')
    }
    return JSON.stringify(value)
  }
  const say = (label) => (...answer) => console.log(label + ': ' + answer.map(shape).join(' | '))`

const program = `${tell}
  pm2.connect((error, { new_pm2_instance }) => console.log('connect: ' + new_pm2_instance))
  pm2.list(say('empty list'))
  pm2.stop('all', say('stop all of nothing'))
  pm2.restart('all', say('restart all of nothing'))
  pm2.dump(say('dump nothing'))
  pm2.start('no.js', say('no script'))
  pm2.start({ script: 'no.js', name: 'n' }, say('no script in an app'))
  pm2.start({ name: 'n' }, say('an app without one'))
  pm2.start('no.json', (error, all) => console.log('no file: ' + (error instanceof Error) + ' ' + all))
  pm2.start('app.js', say('start'))
  pm2.start('app.js', say('again'))
  pm2.start('app.js', { name: 'app' }, say('again by name'))
  pm2.start('app.js', { force: true }, say('forced'))
  pm2.start({ script: 'app.js', name: 'app' }, say('as an app'))
  pm2.stop('no', say('stop nobody'))
  pm2.stop(99, say('stop an id that nobody has'))
  pm2.delete('no', say('delete nobody'))
  pm2.restart('app', say('restart'))
  pm2.reload('app', say('reload'))
  pm2.stop('app', say('stop'))
  pm2.start('app.js', say('start what is stopped'))
  pm2.start('app', say('start by name'))
  pm2.describe('no', say('describe nobody'))
  pm2.describe(0, say('describe'))
  pm2.describe('default', say('describe a namespace'))
  pm2.getProcessIdByName('all', say('ids of all'))
  pm2.sendDataToProcessId(99, { topic: 't', data: {} }, say('send to nobody'))
  pm2.sendDataToProcessId(0, { data: {} }, say('send without a topic'))
  pm2.restart('app', { env: { A: 'b' } }, say('restart with an environment'))
  pm2.getPID('app', (error, pids) => console.log('getPID: ' + (pids[0] > 1)))
  pm2.getProcessIdByName('app', say('ids'))
  pm2.scale('no', 2, say('scale nobody'))
  pm2.scale('app', 1, say('scale to the same'))
  pm2.scale('app', 2, say('scale'))
  pm2.sendSignalToProcessName('SIGUSR2', 'no', say('signal nobody'))
  pm2.sendSignalToProcessId('SIGUSR2', 99, say('signal an id that nobody has'))
  pm2.reset('no', say('reset nobody'))
  pm2.reset('app', say('reset'))
  pm2.flush('no', (error, all) => console.log('flush nobody: ' + error + ' ' + all.length))
  pm2.flush('all', (error, all) => console.log('flush: ' + all.length))
  pm2.dump(say('dump'))
  pm2.set('app:color', 'red', say('set'))
  pm2.get('app:color', say('get'))
  pm2.conf('app:color', 'blue', say('conf'))
  pm2.multiset('app:a 1 other "2 3"', say('multiset'))
  pm2.unset('app:color', say('unset'))
  pm2.get(say('get all'))
  pm2.get('nobody', say('get nothing'))
  pm2.set('__proto__:x', '1', say('set what must not be'))
  pm2.pullAndReload('app', (error) => console.log('pull: ' + error.success + ' ' + (error.msg === error.message)))
  pm2.getVersion((error, version) => console.log('version: ' + /^\\d+\\./.test(version)))
  pm2.update(say('update'))
  pm2.ping(say('ping'))
  pm2.list(say('list'))
  pm2.clearDump(say('clearDump'))
  pm2.stop('two.json', say('stop a file of which one runs'))
  pm2.sendDataToProcessId(0, { topic: 't', data: {} }, say('send to what is stopped'))
  pm2.delete('two.json', say('delete a file of which one runs'))
  pm2.delete('two.json', say('delete a file of which none runs'))
  pm2.start('app.js', say('start once more'))
  pm2.delete('all', say('delete'))
  pm2.resurrect(say('resurrect nothing'))
  pm2.killDaemon(say('kill'))
  pm2.disconnect()`

const expected = [
  'connect: true',
  'empty list: null | []',
  'stop all of nothing: Error process name not found | undefined',
  'restart all of nothing: Error process name not found | undefined',
  'dump nothing: Error Process list empty, cannot save empty list | undefined',
  'no script: Error Script not found: ./no.js | undefined',
  'no script in an app: [Error Script not found: ./no.js] | []',
  'an app without one: [Error No script path - aborting] | []',
  'no file: true undefined',
  'start: null | [app 0 online pid monit process restart_time]',
  'again: Error Script already launched | undefined',
  'again by name: Error Script already launched | undefined',
  'forced: null | [app 0 online pid monit process restart_time]',
  'as an app: null | [app 0 online pid monit process restart_time]',
  'stop nobody: Error process or namespace not found | undefined',
  'stop an id that nobody has: Error 99 : id unknown | undefined',
  'delete nobody: Error process or namespace not found | undefined',
  'restart: null | [app 0 online restart_time]',
  'reload: null | [app 0 online restart_time]',
  'stop: null | [app 0 stopped restart_time]',
  'start what is stopped: null | [app 0 online pid monit process restart_time]',
  'start by name: null | [app 0 online pid monit process restart_time]',
  'describe nobody: null | []',
  'describe: null | [app 0 online pid monit]',
  'describe a namespace: null | []',
  'ids of all: null | []',
  'send to nobody: Error Process with ID <99> unknown. | undefined',
  'send without a topic: Error ID, DATA or TOPIC field is missing | undefined',
  'restart with an environment: Error Using --env [env] without passing the ecosystem.config.js does not work | undefined',
  'getPID: true',
  'ids: null | [0]',
  'scale nobody: Error App not found | undefined',
  'scale to the same: Error Same process number | undefined',
  'scale: null | {"success":true}',
  'signal nobody: Error Unknown process name | undefined',
  'signal an id that nobody has: Error 99 id unknown | undefined',
  'reset nobody: Error Unknown process name | undefined',
  'reset: null | {"success":true}',
  'flush nobody: null 2',
  'flush: 2',
  'dump: null | {"success":true}',
  'set: null | {"success":true}',
  'get: null | red',
  'conf: null | {"success":true}',
  'multiset: null | {"success":true}',
  'unset: null | {"success":true}',
  'get all: null | {"app":{"a":"1"},"other":"2 3"}',
  'get nothing: Error nobody is not set | undefined',
  'set what must not be: Error __proto__:x cannot be the name of a setting | undefined',
  'pull: false true',
  'version: true',
  'update: null | {"success":true}',
  'ping: null | {"msg":"pong"}',
  'list: null | [app 0 online pid monit,app 1 online pid monit]',
  'clearDump: null | undefined',
  'stop a file of which one runs: null | [app 0 stopped restart_time,app 1 stopped restart_time]',
  'send to what is stopped: Error Process with ID <0> offline. | undefined',
  'delete a file of which one runs: null | [app 0 stopped restart_time,app 1 stopped restart_time]',
  'delete a file of which none runs: null | []',
  'start once more: null | [app 0 online pid monit process restart_time]',
  'delete: null | [app 0 stopped restart_time]',
  'resurrect nothing: null | []',
  'kill: null | {"success":true}',
]

test.each(['cjs', 'mjs'] as const)(
  'every call is answered in the shape of PM2, to a program in %s',
  async (kind) => {
    const folder = await programFolder()
    await folder.script('app.js')
    await folder.script('two.json', '[{"script":"app.js"},{"script":"app.js","name":"none"}]')

    const { lines, stderr } = await folder.program(program, kind)

    expect(stderr).toBe('')
    expect(lines).toEqual(expected)
  },
)
