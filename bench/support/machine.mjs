import { cpus, loadavg, release, totalmem } from 'node:os'
import { pm2Version } from './pm2.mjs'

/** When and on what a run was measured. */
export function machine() {
  const [cpu] = cpus()
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    cores: cpus().length,
    cpu: cpu?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    system: `${process.platform} ${release()}`,
    node: process.version,
    pm2: pm2Version,
    loadBefore: loadavg()[0],
  }
}

/** The same for people. A load above what the rows themselves make is a warning about them. */
export function sentence({ date, cores, cpu, memoryGb, node, pm2, loadBefore }) {
  const load = `load ${loadBefore.toFixed(1)} before, ${loadavg()[0].toFixed(1)} after`
  return `${date} UTC · ${cores} cores (${cpu}) · ${memoryGb} GB · Node ${node} · PM2 ${pm2} · ${load}`
}
