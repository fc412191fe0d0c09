import { expect, test } from 'vitest'
import { fixture } from '../../support/built.ts'
import { programFolder } from './given.ts'

/** Runs a program of PM2's API; `known` calls back once `shop` has said what it offers, which it says after its start. */
async function node(program: string): Promise<readonly string[]> {
  const known = `
    const known = (then) => pm2.describe('shop', (error, all) =>
      all.length > 0 && all.every(({ pm2_env }) => pm2_env.axm_monitor.users) ? then(all) : known(then))`
  return (await (await programFolder()).program(`${known}\n${program}`)).lines
}

const shop = JSON.stringify({ name: 'shop', script: fixture('offers-actions.cjs'), instances: 2 })

test('describe shows actions, metrics and options in the names of PM2', async () => {
  const [line = ''] = await node(`
    pm2.start(${shop}, () => known(([{ pm2_env }]) => {
      const { axm_actions, axm_monitor, axm_options } = pm2_env
      console.log(JSON.stringify({ axm_actions, axm_monitor, axm_options }))
      pm2.disconnect()
    }))`)

  const { axm_actions, axm_monitor, axm_options } = JSON.parse(line)
  expect(axm_actions[0]).toEqual({ action_name: 'greet', action_type: 'custom', arity: 2 })
  expect(axm_monitor.hits).toEqual({ value: 2, historic: true })
  expect(axm_options).toEqual({ module_name: 'shop', module_conf: { password: '***' } })
})

test('trigger calls back with what each process answered, or with why none was asked', async () => {
  const lines = await node(`
    const show = (error, replies) => console.log(error ? error.message : JSON.stringify(replies.map(
      ({ process, data, at }) => [process.pm_id, process.name, data.action_name, data.return.hello, at === data.at])))
    pm2.start(${shop}, () => known(() => {
      pm2.trigger('shop', 'greet', show)
      pm2.trigger(1, 'greet', 'anna', show)
      pm2.trigger('shop', 'nothing', show)
      pm2.trigger('nobody', 'greet', (error) => console.log(error instanceof Error))
      pm2.disconnect()
    }))`)

  expect(lines).toEqual([
    '[[0,"shop","greet","you",true],[1,"shop","greet","you",true]]',
    '[[1,"shop","greet","anna",true]]',
    'shop does not offer nothing, but: tell, fail, big, quit, hold, greet',
    'true',
  ])
})

test('msgProcess tells who offers it and does not wait; the bus hears answers, errors and events', async () => {
  const lines = await node(`
    const say = (what) => console.log(what)
    let left = 4
    const heard = (what) => { say(what); if (--left === 0) pm2.disconnect() }
    pm2.start(${shop}, () => known(() => pm2.launchBus((error, bus) => {
      bus.on('axm:*', (type) => type === 'reply' || say('unexpected ' + type))
      bus.on('axm:reply', ({ data, process }) => heard('reply ' + process.pm_id + data.return.hello.a))
      bus.on('process:exception', ({ data, process }) => heard('exception ' + process.name + ' ' + data.message))
      bus.on('human:event', ({ data }) => heard('event ' + data.event))
      pm2.msgProcess({ id: 1, msg: 'greet', opts: { a: 5 } }, (error, told) => heard(JSON.stringify(told)))
      pm2.msgProcess({ id: 0, msg: 'fail' })
      pm2.msgProcess({ id: 0, msg: 'tell' })
      pm2.msgProcess({ msg: 'nothing' }, (error, told) => say('nobody ' + told.process_count))
      pm2.msgProcess({ id: 1 }, (error) => say(error.message))
    })))`)

  expect(lines.toSorted()).toEqual([
    'event sale',
    'exception shop told of',
    'msg is missing in the message',
    'nobody 0',
    'reply 15',
    '{"process_count":1,"success":true}',
  ])
})
