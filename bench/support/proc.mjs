// What Linux says of a process.
import { readdirSync, readFileSync } from 'node:fs'

const msATick = 10

/** Processor time of a process since it began, in ms; its clock ticks every 10 ms. */
export function cpuMs(pid) {
  const [userTicks, systemTicks] = statOf(pid).slice(11, 13)
  return (Number(userTicks) + Number(systemTicks)) * msATick
}

/** Memory of some processes together, in bytes. Of pages that several processes share, PSS counts the share. */
export function memoryOf(pids) {
  const sum = { rss: 0, pss: 0 }
  for (const pid of pids) {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    sum.rss += kilobytes(rollup, 'Rss') * 1024
    sum.pss += kilobytes(rollup, 'Pss') * 1024
  }
  return sum
}

export function parentOf(pid) {
  return Number(statOf(pid)[1])
}

/** Whether somebody runs under this pid; a zombie does not. */
export function isRunning(pid) {
  try {
    return statOf(pid)[0] !== 'Z'
  } catch {
    return false
  }
}

/** Everybody whose environment, as it was at the start, holds this variable with this value. */
export function bearersOf(name, value) {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))
  return pids
    .map(Number)
    .filter((pid) => pid !== process.pid && hasVariable(pid, `${name}=${value}`))
}

function hasVariable(pid, entry) {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(entry)
  } catch {
    return false
  }
}

/** The fields of `/proc/<pid>/stat` from the state on: a command may hold spaces and brackets. */
function statOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function kilobytes(rollup, name) {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(rollup)?.[1])
}
