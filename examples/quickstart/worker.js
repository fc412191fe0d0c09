// The worker: does something every INTERVAL ms, tells everybody, and takes jobs.
import { channels, connect } from './talk.js'

const interval = Number(process.env.INTERVAL ?? 1000)
const listener = connect('worker')
const publisher = connect()
let count = 0

listener.on('ready', () => void listener.subscribe(channels.jobs).catch(() => {}))
listener.on('message', (_, sentAt) => {
  console.log(`job done, ${Date.now() - Number(sentAt)} ms after it was sent`)
})

setInterval(() => {
  count += 1
  console.log(`tick ${count}`)
  const tick = { count, pid: process.pid, at: new Date().toISOString() }
  publisher.publish(channels.ticks, JSON.stringify(tick)).catch(() => {})
}, interval)

console.log(`worker ticks every ${interval} ms`)
