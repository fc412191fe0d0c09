import type { Account } from './accounts.ts'

/** What stands at a path. */
export type Sight =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'directory'; readonly isEnterable: boolean }
  | { readonly kind: 'file'; readonly isReadable: boolean; readonly isExecutable: boolean }

/** The machine that a declaration is checked against: the one its services will run on. */
export interface Machine {
  readonly processors: number
  /** The user and the group of whoever asks; 0 is root. */
  readonly uid: number
  readonly gid: number
  /** The home directory of the user. */
  readonly home: string
  /** The Node that runs this. */
  readonly node: string
  /** What `script: "serve"` runs. */
  readonly staticServer: string
  /** Where nvm keeps its Nodes, when that is set (NVM_DIR). */
  readonly nvm: string | undefined
  /** Whether that Node runs TypeScript as it is. */
  readonly runsTypeScript: boolean

  look(path: string): Sight
  /** The first bytes of a file, one character each; empty when it cannot be read. */
  beginning(path: string): string
  /** The absolute path of a command; `searchPath` instead of the caller's own PATH. */
  find(command: string, searchPath?: string): string | undefined

  /** By name or number. */
  user(wanted: string | number): Account | undefined
  /** The number of a system group, by name or number. */
  group(wanted: string | number): number | undefined
}
