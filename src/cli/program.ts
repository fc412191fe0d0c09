import { Command, CommanderError, Option } from 'commander'
import { TroupeError } from '../base/errors.ts'
import type { Call, Options, Place } from './call.ts'
import { catalogue } from './catalogue.ts'
import { absentVerb } from './verbs-of-pm2.ts'
import { accepted } from './options.ts'
import { doRemotely } from './remote.ts'
import { silenced } from './screen.ts'
import { optionsOf } from './verb-options.ts'
import type { Verb } from './verb.ts'
import { ownVersion } from './version.ts'

/**
 * Reads the command line and runs its verb; resolves with the exit code.
 *
 * @throws TroupeError `E_USAGE` when the words cannot be meant
 */
export async function runProgram(argv: readonly string[], place: Place): Promise<number> {
  const { program, done } = programOf(argv, place)
  if (argv.length === 0) {
    place.screen.print(program.helpInformation().trimEnd())
    return 1
  }
  try {
    await program.parseAsync(split(argv).own, { from: 'user' })
    return done.code
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown
    if (thrown.exitCode === 0) return 0
    throw usageError(thrown, argv)
  }
}

/** Filled in by the verb that ran. */
interface Done {
  code: number
}

function programOf(
  argv: readonly string[],
  place: Place,
): { readonly program: Command; readonly done: Done } {
  const done: Done = { code: 0 }
  const program = new Command('troupe')
    .description('Supervises the services of this host, and of a fleet that shares a Redis.')
    .version(ownVersion(), '-v, --version', 'print the version')
    .option('--no-color', 'plain text; NO_COLOR does the same')
    .option('-s, --silent', 'no notes and no tables; PM2_SILENT does the same')
    .helpOption('-h, --help', 'print this, or the help of a verb')
    .configureHelp({ subcommandTerm: termOf })
    .exitOverride()
    // What is said on stderr comes back as an error, and is said once, in our own form.
    .configureOutput({ writeOut: (text) => place.screen.write(text), writeErr: () => {} })
  for (const flags of accepted) program.addOption(new Option(flags).hideHelp())
  const { rest } = split(argv)
  for (const [heading, verbs] of Object.entries(catalogue)) {
    program.commandsGroup(heading)
    for (const verb of verbs) addVerb(program, verb, { rest, place, done })
  }
  program.helpCommand('help [verb]', 'print the help of a verb')
  return { program, done }
}

interface Around {
  readonly rest: readonly string[]
  readonly place: Place
  readonly done: Done
}

function addVerb(program: Command, verb: Verb, { rest, place, done }: Around): void {
  const { name, aliases = [], words = '', text, example, isHidden = false } = verb
  const command = program
    .command(name, { hidden: isHidden })
    .aliases([...aliases])
    .description(text)
  if (words !== '') command.arguments(words)
  for (const [flags, meaning] of optionsOf(verb)) command.option(flags, meaning)
  command
    .option('--json', 'the answer as JSON')
    .addHelpText('after', `\nExample:\n  $ ${example}`)
    .action(async () => {
      const isElsewhere = command.opts<Options>().on !== undefined
      const run = isElsewhere ? (call: Call) => doRemotely(name, call) : await verb.load()
      const isSilent = program.opts<Options>().silent === true || isSet(place.env['PM2_SILENT'])
      done.code = await run({
        words: command.args,
        rest,
        options: { ...command.opts<Options>(), ...(isSilent ? { silent: true } : {}) },
        place: isSilent ? { ...place, screen: silenced(place.screen) } : place,
      })
    })
}

function isSet(variable: string | undefined): boolean {
  return variable !== undefined && variable !== '' && variable !== 'false'
}

/** Verbs behind which arguments of a script may stand. */
const scripted: readonly (string | undefined)[] = ['start', 'run', 'restart', 'reload']

/** What stands behind the first `--` belongs to a script, for the verbs that start scripts. */
function split(argv: readonly string[]): {
  readonly own: readonly string[]
  readonly rest: readonly string[]
} {
  const at = scripted.includes(argv[0]) ? argv.indexOf('--') : -1
  return at === -1 ? { own: argv, rest: [] } : { own: argv.slice(0, at), rest: argv.slice(at + 1) }
}

/** Commander says it in two lines: what is wrong, and what may have been meant. */
function usageError({ message, code }: CommanderError, argv: readonly string[]): TroupeError {
  const [what = '', ...meant] = message.replace(/^error: /, '').split('\n')
  const later = code === 'commander.unknownCommand' ? absentVerb(argv[0] ?? '') : undefined
  if (later !== undefined) return later
  const guess = /^\(Did you mean (.*)\)$/.exec(meant.join(' '))?.[1]
  const help = code === 'commander.unknownCommand' ? '--help' : `help ${argv[0]}`
  const hint = guess === undefined ? `see: troupe ${help}` : `did you mean ${guess}`
  return new TroupeError('E_USAGE', what, { hint })
}

/** `list|ls|l [service...]` */
function termOf(command: Command): string {
  const names = [command.name(), ...command.aliases()].join('|')
  const words = command.registeredArguments.map((each) => {
    const name = `${each.name()}${each.variadic ? '...' : ''}`
    return each.required ? `<${name}>` : `[${name}]`
  })
  return [names, ...words].join(' ')
}
