const secretName =
  /pass(word|wd|phrase)?|pwd|secret|token|api-?_?key|credential|private-?_?key|auth|bearer/i

/** A command line as it may be shown and sent: what follows a name that sounds like a secret is hidden. */
export function redactArguments(argv: readonly string[]): readonly string[] {
  return argv.map((word, index) => {
    const [, assigned] = /^(-{0,2}[\w.-]+=)./.exec(word) ?? []
    if (assigned !== undefined && secretName.test(assigned)) return `${assigned}***`
    const before = argv[index - 1] ?? ''
    const isValue = before.startsWith('-') && !before.includes('=') && !word.startsWith('-')
    return isValue && secretName.test(before) ? '***' : hidePasswords(word)
  })
}

/** A shell line as it may be shown: the same, and what follows the name of a header. */
export function redactLine(line: string): string {
  const pieces = line.split(/(\s+)/)
  const words = pieces.filter((_, at) => at % 2 === 0)
  const shown = redactArguments(words).map((word, at) =>
    isAnnounced(words.slice(Math.max(0, at - 2), at)) ? '***' : word,
  )
  return pieces.map((piece, at) => (at % 2 === 0 ? (shown[at / 2] ?? '') : piece)).join('')
}

/** `Authorization: x` and `Authorization: Bearer x`. */
function isAnnounced(before: readonly string[]): boolean {
  return before.some((word) => /^["']?[\w-]+:$/.test(word) && secretName.test(word))
}

/** Whether a text names something that is not to be shown; it holds perhaps that, too. */
export function soundsSecret(text: string): boolean {
  return secretName.test(text)
}

/** A text with URLs as it may be shown: passwords before the `@`, and in the query, are hidden. */
export function hidePasswords(text: string): string {
  return text
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/[^\s:/?#@]*:)[^\s/?#]+@/gi, '$1***@')
    .replaceAll(/([?&]([^\s=&#]+)=)[^\s&#]+/g, (whole, start: string, name: string) =>
      secretName.test(name) ? `${start}***` : whole,
    )
}
