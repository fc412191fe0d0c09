/** The address of a remote as it may be shown: the user of a web address may be a token, that of ssh is none. */
export function remoteAddress(url: string): string {
  return url
    .replace(/^([a-z][a-z0-9+.-]*:\/\/[^\s:/?#@]*):[^\s/?#]*@/i, '$1@')
    .replace(/^((?!ssh|git\+ssh)[a-z][a-z0-9+.-]*:\/\/)[^\s/?#]*@/i, '$1')
    .replace(/^((?:https?|ftps?):\/\/[^\s?#]*)[?#].*$/i, '$1')
}

/** What git said, with every address in it made fit to be shown. */
export function withoutCredentials(text: string): string {
  return text.replaceAll(/[a-z][a-z0-9+.-]*:\/\/[^\s'"]+/gi, remoteAddress)
}
