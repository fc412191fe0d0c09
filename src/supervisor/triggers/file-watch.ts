import type { WatchOptions } from '../../declaration/triggers.ts'

/** What to watch: one file, or a folder and what is in it. */
export interface WatchOrder {
  /** Absolute. */
  readonly root: string
  /** Whether a change of this file counts. */
  counts(path: string): boolean
  /** Whether anything in this folder may count: folders without it are not even looked into. */
  mayHold(folder: string): boolean
  readonly options: WatchOptions
}

/** What a watch says. After `gone` or `failed` it is of no more use. */
export interface WatchNews {
  /** A file that counts was added, changed or removed. */
  changed(path: string): void
  /** The root itself was removed. */
  gone(): void
  failed(thrown: unknown): void
  /** Some folder cannot be read; the rest is watched all the same. */
  blind(thrown: unknown): void
}

/** A watch that is open. */
export interface FileWatch {
  /** Nothing is said any more once this was called. */
  close(): Promise<void>
}

/**
 * Watches files; resolves once every change from now on will be told.
 *
 * @throws the system's error, `ENOENT` where there is no root
 */
export type OpenWatch = (order: WatchOrder, news: WatchNews) => Promise<FileWatch>
