import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { Command, CommanderError, Option } from 'commander'
import { describe, expect, test } from 'vitest'
import { catalogue } from '../../src/cli/catalogue.ts'
import { accepted } from '../../src/cli/options.ts'
import { optionsOf } from '../../src/cli/verb-options.ts'
import type { Verb } from '../../src/cli/verb.ts'

const root = new URL('../..', import.meta.url).pathname
const verbs = Object.values(catalogue).flat()
const pages = [join(root, 'README.md'), ...pagesIn(join(root, 'docs'))]

/** Flags of Node that the manuals name. */
const ofNode = new Set(['--import', '--enable-source-maps'])

describe.each(pages.map((page) => [relative(root, page), readFileSync(page, 'utf8')]))(
  '%s',
  (_, text) => {
    test('every command in it can be typed', () => {
      const wrong = [...blocks(text), ...inline(text)].flatMap(({ words, isWhole }) => {
        const why = complaintAbout(words)
        const isBare = why?.code === 'commander.missingArgument' && !isWhole
        return why === undefined || isBare ? [] : [`troupe ${words.join(' ')}: ${why.message}`]
      })
      expect(wrong).toEqual([])
    })

    test('every flag in it is one of ours', () => {
      const ours = new Set(
        [...accepted, ...verbs.flatMap((verb) => optionsOf(verb).map(([flags]) => flags))]
          .concat('--json', '--no-color', '--silent', '--help', '--version')
          .flatMap((flags) => flags.match(/--[\w-]+/g) ?? []),
      )
      const named = [...text.matchAll(/`(--[a-z][\w-]*)/g)].map(([, flag = '']) => flag)
      expect(named.filter((flag) => !ours.has(flag) && !ofNode.has(flag))).toEqual([])
    })
  },
)

interface Typed {
  readonly words: readonly string[]
  /** As it would be typed; in the midst of a sentence a verb may stand without its words. */
  readonly isWhole: boolean
}

function blocks(text: string): readonly Typed[] {
  const fences = [...text.matchAll(/^```(?:sh)?\n(.*?)^```/gms)].flatMap(([, body = '']) =>
    body.split('\n'),
  )
  return fences.flatMap((line) => {
    const [, command] = /^(?:\$ |.*&& )?(?:npx )?troupe (?=[a-z-])(.*)$/.exec(line) ?? []
    return command === undefined ? [] : [{ words: wordsOf(command), isWhole: true }]
  })
}

function inline(text: string): readonly Typed[] {
  const prose = text.replaceAll(/^```.*?^```/gms, '')
  return [...prose.matchAll(/`(?:npx )?troupe ([a-z-][^`]*)`/g)].map(([, command = '']) => ({
    words: wordsOf(command),
    isWhole: false,
  }))
}

/** The words up to where the shell has something else to do; quotes are taken off. */
function wordsOf(command: string): readonly string[] {
  const [, own = ''] = /^((?:'[^']*'|"[^"]*"|[^'"#|&;>)])*)/.exec(command) ?? []
  return [...own.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '')
}

/** What commander has against a command; nothing is run. */
function complaintAbout(words: readonly string[]): CommanderError | undefined {
  const end = words.indexOf('--')
  try {
    programOf(verbs).parse(end === -1 ? words : words.slice(0, end), { from: 'user' })
    return undefined
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown
    return thrown.exitCode === 0 || thrown.code === 'commander.help' ? undefined : thrown
  }
}

/** The command line with verbs that do nothing. */
function programOf(known: readonly Verb[]): Command {
  const program = new Command('troupe').exitOverride().option('-s, --silent').option('--no-color')
  program.configureOutput({ writeOut: () => {}, writeErr: () => {} }).version('1')
  for (const flags of accepted) program.addOption(new Option(flags))
  for (const verb of known) {
    const { name, aliases = [], words } = verb
    const command = program.command(name).option('--json')
    command.aliases([...aliases]).action(() => {})
    if (words !== undefined) command.arguments(words)
    for (const [flags] of optionsOf(verb)) command.option(flags)
  }
  return program
}

function pagesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))
}
