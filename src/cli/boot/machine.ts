import type { Argv } from './unit.ts'

/** What `startup` needs of the machine it stands on. */
export interface BootMachine {
  readonly isRoot: boolean
  /** Who asks; under `sudo` the one who typed it. */
  readonly user: string
  readonly node: string
  readonly cli: string
  hasTool(name: string): Promise<boolean>
  /** The home directory of a user; undefined for one that is not known. */
  homeOf(user: string): Promise<string | undefined>
  write(file: string, text: string, mode: number): Promise<void>
  exists(file: string): Promise<boolean>
  remove(file: string): Promise<void>
  /** @throws TroupeError `E_FAILED` with what the command said */
  run(argv: Argv): Promise<void>
}
