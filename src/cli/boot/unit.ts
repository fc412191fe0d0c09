/** What an init system is to start at boot: the manager of one user's home. */
export interface BootUnit {
  /** What the unit is called, such as `troupe-anna`. */
  readonly name: string
  readonly user: string
  /** The home of the manager, absolute. */
  readonly home: string
  /** The `PATH` of the manager, and so of services that were declared without one. */
  readonly path: string
  /** The Node.js that runs everything, absolute. */
  readonly node: string
  /** The command line, absolute. */
  readonly cli: string
}

/** One init system: where its units stand, how they look, and what makes it know them. */
export interface InitSystem {
  readonly name: 'systemd' | 'openrc' | 'launchd'
  /** Whoever has this on the PATH runs under it, as PM2 sees it. */
  readonly tool: string
  readonly fileOf: (unit: BootUnit) => string
  /** Permission bits of the file. */
  readonly mode: number
  readonly render: (unit: BootUnit) => string
  readonly enable: (unit: BootUnit) => readonly Argv[]
  readonly disable: (unit: BootUnit) => readonly Argv[]
  /** What starts the unit now, where no manager runs. */
  readonly startNow: (unit: BootUnit) => string
}

/** A command as it is executed: no shell reads it. */
export type Argv = readonly [command: string, ...args: string[]]

/**
 * A line for `sh` that turns into the manager, under the loop that keeps it running. The
 * program is asked for at every start, so that an update of Troupe needs no new unit.
 */
export function foregroundLine({ node, cli }: BootUnit): string {
  return `program=$(${quoted(node)} ${quoted(cli)} foreground) && eval "$program"`
}

/** A word as `sh` takes it for itself. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
