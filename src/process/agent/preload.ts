/*
 * Loaded before a service by `--require`. Whatever goes wrong here, the service runs on as if it were not there.
 *
 * Threads of the service load this file as well, and find nothing to do. So whatever has to be done is required
 * only when it has to be done.
 */
import { takeConfig } from './config.ts'
import type * as stampStreams from './stamp-streams.ts'
import type * as forkAgent from './fork-agent.ts'
import type * as workerAgent from './worker-agent.ts'

try {
  const config = takeConfig(process, __filename)
  if (config?.stamp) {
    const { stampProcess } = require('./stamp-streams.js') as typeof stampStreams
    stampProcess(config.stamp)
  }
  if (config?.kind === 'fork') {
    const { startForkAgent } = require('./fork-agent.js') as typeof forkAgent
    startForkAgent(config)
  }
  if (config?.kind === 'worker') {
    const { startWorkerAgent } = require('./worker-agent.js') as typeof workerAgent
    startWorkerAgent(config)
  }
} catch {}
