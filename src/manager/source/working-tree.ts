import type { SourceView } from '../../protocol/views.ts'

/**
 * The working tree that a directory belongs to. Every method throws a TroupeError `E_FAILED` that says what
 * git said, without credentials.
 */
export interface WorkingTree {
  /** Changes nothing, takes no lock, and asks no remote. */
  look(): Promise<SourceView>
  /** Learns what the remote of the branch has by now. */
  fetch(): Promise<void>
  /** The full hash of a commit that is known here. */
  find(name: string): Promise<string | undefined>
  /** Whether a commit is another one, or comes before it. */
  isWithin(commit: string, tip: string): Promise<boolean>
  /** Brings the branch and the files to a commit; refuses where a file would be lost. */
  move(to: string): Promise<void>
  /** The same by force: what tracked files hold beside that commit is lost. */
  restore(to: string): Promise<void>
  /** Remembers a tip that no remote has, so that `forward` finds the way back to it. */
  keep(view: SourceView): Promise<void>
}
