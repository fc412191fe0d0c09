import type { VerbGrammar } from './grammar.ts'

const helpers = `# bash completion of troupe: source <(troupe completion bash)
_troupe_words() {
  local word
  for word in $1; do
    if [[ $word == "$2"* ]]; then COMPREPLY+=("$word"); fi
  done
}
_troupe_lines() {
  local line
  while IFS= read -r line; do
    if [[ $line == "$1"* ]]; then COMPREPLY+=("$(printf %q "$line")"); fi
  done
}
_troupe_files() {
  local file
  while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$1")
  compopt -o filenames 2>/dev/null
}
`

/**
 * The completion of bash, from 3.2 on. Names of services go nowhere near `compgen -W`, which
 * would run what stands in them.
 */
export function bashCompletion(verbs: readonly VerbGrammar[]): string {
  return `${helpers}_troupe() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]}
  local verb=\${COMP_WORDS[1]} flags= values= takes= choices=
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    _troupe_words '${verbs.flatMap(({ names }) => names).join(' ')} help' "$cur"
    return
  fi
  case $verb in
${verbs.map(branch).join('\n')}
    help) choices='${verbs.map(({ names: [name] }) => name).join(' ')}' ;;
    *) return ;;
  esac
  if [[ " $values " == *" $prev "* ]]; then _troupe_files "$cur"; return; fi
  if [[ $cur == -* ]]; then _troupe_words "$flags" "$cur"; return; fi
  _troupe_words "$choices" "$cur"
  if [[ $takes == *files* ]]; then _troupe_files "$cur"; fi
  if [[ $takes == *services* ]]; then _troupe_lines "$cur" < <("\${COMP_WORDS[0]}" names 2>/dev/null); fi
}
complete -F _troupe troupe
`
}

function branch({ names, flags, takesServices, takesFiles, choices }: VerbGrammar): string {
  const words = flags.flatMap(spellings).join(' ')
  const values = flags.filter(({ takesValue }) => takesValue).flatMap(spellings)
  const takes = [takesServices ? 'services' : '', takesFiles ? 'files' : ''].join(' ').trim()
  const sets = [`flags='${words}'`, `values='${values.join(' ')}'`]
  if (takes !== '') sets.push(`takes='${takes}'`)
  if (choices.length > 0) sets.push(`choices='${choices.join(' ')}'`)
  return `    ${names.join('|')}) ${sets.join(' ')} ;;`
}

function spellings({ short, long }: VerbGrammar['flags'][number]): readonly string[] {
  return short === undefined ? [`--${long}`] : [`--${long}`, `-${short}`]
}
