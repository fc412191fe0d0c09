const secretName = /pass(word|wd|phrase)?|secret|token|api-?_?key|credential|private-?_?key/i

/** A command line as it may be shown and sent: what follows a name that sounds like a secret is hidden. */
export function redactArguments(argv: readonly string[]): readonly string[] {
  return argv.map((word, index) => {
    const [, assigned] = /^(-{0,2}[\w.-]+=)./.exec(word) ?? []
    if (assigned !== undefined && secretName.test(assigned)) return `${assigned}***`
    const before = argv[index - 1] ?? ''
    const isValue = before.startsWith('-') && !before.includes('=') && !word.startsWith('-')
    return isValue && secretName.test(before) ? '***' : withoutPassword(word)
  })
}

/** `redis://user:***@host` for a URL with a password; other words stay as they are. */
function withoutPassword(word: string): string {
  return word.replace(/^([a-z][a-z0-9+.-]*:\/\/[^:/@]*:)[^@/]+@/, '$1***@')
}
