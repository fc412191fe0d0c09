import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from './wait.mjs'

const cache = fileURLToPath(new URL('../../node_modules/.cache/troupe-redis', import.meta.url))

/** A Redis of this run's own on loopback, from the PATH or from where the tests keep theirs; undefined without one. */
export async function openRedis(lab) {
  const program = findServer()
  if (program === undefined) return undefined
  const port = await freePort()
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const server = spawn(program, args, { cwd: lab.folder('redis'), env: lab.env(), stdio: 'ignore' })
  await until('Redis listens', () => listens(port))
  const ended = new Promise((resolve) => server.once('exit', resolve))
  return {
    url: `redis://127.0.0.1:${port}`,
    close() {
      server.kill('SIGTERM')
      return ended
    },
  }
}

function findServer() {
  const cached = existsSync(cache) ? readdirSync(cache).map((name) => join(cache, name, 'bin')) : []
  const folders = [...process.env.PATH.split(delimiter), ...cached]
  const names = folders.flatMap((dir) => [join(dir, 'redis-server'), join(dir, 'valkey-server')])
  return names.find((name) => existsSync(name))
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
