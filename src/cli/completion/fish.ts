import type { Flag, VerbGrammar } from './grammar.ts'

/** The completion of fish. */
export function fishCompletion(verbs: readonly VerbGrammar[]): string {
  return `# fish completion of troupe: troupe completion fish > ~/.config/fish/completions/troupe.fish
complete -c troupe -f
${verbs.flatMap(linesOf).join('\n')}
`
}

function linesOf(verb: VerbGrammar): readonly string[] {
  const { names, text, flags, takesServices, takesFiles, choices } = verb
  const behind = `complete -c troupe -n '__fish_seen_subcommand_from ${names.join(' ')}'`
  return [
    ...names.map(
      (name) => `complete -c troupe -n __fish_use_subcommand -a ${name} -d ${quote(text)}`,
    ),
    ...(takesServices ? [`${behind} -a '(troupe names 2>/dev/null)'`] : []),
    ...(takesFiles ? [`${behind} -F`] : []),
    ...(choices.length > 0 ? [`${behind} -a ${quote(choices.join(' '))}`] : []),
    ...flags.map((flag) => `${behind} ${flagText(flag)}`),
  ]
}

function flagText({ short, long, takesValue, text }: Flag): string {
  const spelling = short === undefined ? `-l ${long}` : `-s ${short} -l ${long}`
  return `${spelling}${takesValue ? ' -r -F' : ''} -d ${quote(text)}`
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
