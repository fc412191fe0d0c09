import type { Flag, VerbGrammar } from './grammar.ts'

/** The completion of zsh. */
export function zshCompletion(verbs: readonly VerbGrammar[]): string {
  return `#compdef troupe
# zsh completion of troupe: source <(troupe completion zsh), behind compinit
_troupe_services() {
  local -a services
  services=(\${(f)"$(\${words[1]} names 2>/dev/null)"})
  compadd "$@" -a services
}
_troupe() {
  local -a verbs
  if (( CURRENT == 2 )); then
    verbs=(
${verbs.flatMap(({ names, text }) => names.map((name) => `      ${quote(`${name}:${text}`)}`)).join('\n')}
    )
    _describe verb verbs
    return
  fi
  case \${words[2]} in
${verbs.map(branch).join('\n')}
  esac
}
compdef _troupe troupe
`
}

function branch(verb: VerbGrammar): string {
  const lines = [...verb.flags.map(flagText), ...restText(verb)]
  return `    ${verb.names.join('|')})
      _arguments '1:verb:' \\
${lines.map((line) => `        ${line}`).join(' \\\n')} ;;`
}

function flagText({ short, long, takesValue, text }: Flag): string {
  const what = `[${text.replaceAll(/[[\]:]/g, '\\$&')}]${takesValue ? ':value:_files' : ''}`
  if (short === undefined) return quote(`--${long}${what}`)
  return `{-${short},--${long}}${quote(what)}`
}

/** What stands behind the verb and is no option. */
function restText({ takesServices, takesFiles, choices }: VerbGrammar): readonly string[] {
  if (choices.length > 0) return [quote(`*:word:(${choices.join(' ')})`)]
  if (takesServices && takesFiles) {
    return [
      quote(`*:service or file:{ _alternative "s:service:_troupe_services" "f:file:_files" }`),
    ]
  }
  if (takesServices) return [quote('*:service:_troupe_services')]
  return takesFiles ? [quote('*:file:_files')] : []
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
