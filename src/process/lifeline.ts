import { closeSync, constants, openSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Cancel } from '../base/clock.ts'

/** What is written into a lifeline. */
export type LifelineNote =
  | { readonly kind: 'main'; readonly note: string }
  | { readonly kind: 'exit'; readonly status: number }

/** Reads one line of a lifeline; undefined for anything a service wrote there by accident. */
export function parseNote(line: string): LifelineNote | undefined {
  const exit = /^exit (\d+)$/.exec(line)
  if (exit) return { kind: 'exit', status: Number(exit[1]) }
  return line.startsWith('main ') ? { kind: 'main', note: line.slice('main '.length) } : undefined
}

/** What the reader of a lifeline hears; `ended` last, and once, when nobody holds the other end any more. */
export interface LifelineEvents {
  noted(note: LifelineNote): void
  ended(): void
}

/** The reading end, opened before there is a writer; opening it never blocks. */
export function openReader(path: string): number {
  return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
}

/**
 * The reading end of a lifeline whose writers may be gone already; it ends at once when they are.
 *
 * Linux reports no end to a reader that has never known a writer, so it meets one that leaves again.
 */
export function reopenReader(path: string): number {
  const reader = openReader(path)
  closeSync(openWriter(path))
  return reader
}

/**
 * The end that the processes inherit. It reads as well as writes, so that a write finds a reader (itself) and
 * raises neither SIGPIPE nor ENXIO while no manager lives; and it never blocks, so that a service which fills it
 * by accident cannot hang its guard.
 */
export function openWriter(path: string): number {
  return openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
}

/**
 * Listens to a lifeline until it ends or is cancelled; owns `fd` and closes it.
 *
 * A socket waits in the event loop. `fs.read` would hold one of the four threads of the pool for every service.
 */
export function watchLifeline(fd: number, events: LifelineEvents): Cancel {
  const socket = new Socket({ fd, readable: true, writable: false })
  let rest = ''
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    // A line of ours is shorter than 1 kB: more than that is a service's accident.
    rest = (lines.pop() ?? '').slice(-1024)
    for (const note of lines.map(parseNote)) if (note) events.noted(note)
  })
  socket.on('error', () => socket.destroy())
  socket.once('close', () => events.ended())
  return () => {
    socket.removeAllListeners('data').removeAllListeners('close')
    socket.destroy()
  }
}
