/**
 * Splits a line as PM2 does: white space separates, quotes group and fall away when they wrap a whole word;
 * `k="v w"` stays one word with its quotes.
 */
export function wordsOf(line: string): readonly string[] {
  return (line.match(/(?:"[^"]*"|'[^']*'|\S)+/g) ?? []).map(unquote)
}

function unquote(word: string): string {
  const [, quote, inner] = /^(["'])(.*)\1$/s.exec(word) ?? []
  return quote === undefined || inner === undefined || inner.includes(quote) ? word : inner
}
