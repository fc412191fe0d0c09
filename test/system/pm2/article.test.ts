import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { programFolder } from './given.ts'

let folder: Awaited<ReturnType<typeof programFolder>>

beforeEach(async () => {
  folder = await programFolder()
  for (const name of ['api.js', 'worker.js']) await folder.script(name)
})

test("the article's program starts its two services, and ends", async () => {
  const { lines, stderr } = await folder.program(`
    pm2.connect(() => {
      pm2.start([
        { script: 'api.js', name: 'web-api', exec_mode: 'cluster', instances: 1 },
        { script: 'worker.js', name: 'worker' },
      ], (err, processes) => {
        pm2.disconnect()
        console.log(err, processes.map((one) => one.name + ' ' + one.pm2_env.status).join())
      })
    })`)

  expect(stderr).toBe('')
  expect(lines).toEqual(['null web-api online,worker online'])
})

test('a line for standard input is answered as PM2 answers it', async () => {
  await folder.script('api.js', 'process.stdin.on("data", (text) => process.stdout.write(text))')
  const { lines } = await folder.program(`
    const say = (error, result) => console.log(error ? error.message : JSON.stringify(result))
    pm2.start([
      { script: 'api.js', name: 'api' },
      { script: 'worker.js', name: 'worker', exec_mode: 'cluster', instances: 1 },
    ])
    pm2.sendLineToStdin(0, 'one', say)
    pm2.sendLineToStdin(0, 'two', '<sep>', say)
    pm2.sendLineToStdin(1, 'three', say)
    pm2.sendLineToStdin(77, 'four', say)
    pm2.disconnect()`)

  expect(lines).toEqual([
    '{"pm_id":0,"line":"one\\n"}',
    '{"pm_id":0,"line":"two<sep>"}',
    'Cannot send line to processes in cluster mode',
    'Process with ID <77> unknown.',
  ])
})

test('each call is answered in the shape of PM2, and in order', async () => {
  const { lines } = await folder.program(`
    const say = (what) => (error, result) => console.log(what, error ? error.message : JSON.stringify(result))
    pm2.start({ script: 'api.js', name: 'api' }, (error, [one]) => console.log('start', one.pid === one.process.pid))
    pm2.list((error, all) => console.log('list', all.map((one) => one.name + one.pm_id + one.pm2_env.status).join()))
    pm2.describe('nobody', say('describe'))
    pm2.getProcessIdByName('api', say('id'))
    pm2.scale('nobody', 2, say('scale'))
    pm2.scale('api', 2, say('scale'))
    pm2.restart('api', (error, all) => console.log('restart', all.map((one) => one.pm_id + one.status + one.restart_time).join()))
    pm2.reset('nobody', say('reset'))
    pm2.reset('api', say('reset'))
    pm2.sendSignalToProcessName('SIGUSR2', 'nobody', (error) => console.log('signal', error.message.length > 0))
    pm2.sendDataToProcessId(0, { data: {} }, say('data'))
    pm2.stop('nobody', say('stop'))
    pm2.stop('api', (error, all) => console.log('stop', all.map((one) => one.status).join()))
    pm2.dump(say('dump'))
    pm2.ping(say('ping'))
    pm2.delete('all', (error, all) => console.log('delete', all.length))
    pm2.dump(say('dump'))
    pm2.disconnect()`)

  expect(lines).toEqual([
    'start true',
    'list api0online',
    'describe []',
    'id [0]',
    'scale App not found',
    'scale {"success":true}',
    'restart 0online1,1online1',
    'reset Unknown process name',
    'reset {"success":true}',
    'signal true',
    'data ID, DATA or TOPIC field is missing',
    'stop process or namespace not found',
    'stop stopped,stopped',
    'dump {"success":true}',
    'ping {"msg":"pong"}',
    'delete 2',
    'dump Process list empty, cannot save empty list',
  ])
})

test('the bus tells of starts, crashes, messages and logs', async () => {
  await folder.script(
    'api.js',
    `process.on('message', ({ data }) => {
       console.log('got ' + data.n)
       process.send({ type: 'cart:full', data: data.n })
     })
     setInterval(() => {}, 1_000)`,
  )

  const { lines } = await folder.program(`
    const seen = []
    const end = () => { console.log(seen.join()); pm2.disconnect() }
    pm2.launchBus((error, bus) => {
      bus.on('process:event', ({ event, manually, process }) => {
        seen.push(event + (manually ? '!' : ''))
        if (event === 'start') setTimeout(() => pm2.sendDataToProcessId(0, { topic: 't', data: { n: 5 } }), 500)
        if (event === 'exit') setTimeout(end, 300)
      })
      bus.on('log:*', (type, { data }) => seen.push(type + ' ' + data.trim()))
      bus.on('cart:full', ({ data, process }) => {
        seen.push('cart ' + process.name + data)
        pm2.stop('api')
      })
      pm2.start({ script: 'api.js', name: 'api' })
    })`)

  expect(lines[0]?.split(',')).toEqual(
    expect.arrayContaining(['online', 'start!', 'out got 5', 'cart api5', 'exit', 'stop!']),
  )
})

test('its home is apart from that of a real PM2', async () => {
  await folder.program(
    `pm2.connect((error, { pm2_home }) => { require('fs').writeFileSync('home', pm2_home); pm2.disconnect() })`,
  )

  expect(await readFile(join(folder.dir, 'home'), 'utf8')).toBe(join(folder.dir, 'pm2'))
  await readFile(join(folder.dir, 'pm2/troupe/manager.pid'))
})
