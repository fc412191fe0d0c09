/** Which hosts a broadcast means, beyond its channel. Every host decides for itself. */
export interface HostSelector {
  /** Globs of `*` and `?`; one has to match. */
  readonly hosts?: readonly string[]
  /** Every label has to have one of its values. */
  readonly labels?: Readonly<Record<string, readonly string[]>>
}

/**
 * Whether a host is meant: one of the globs has to fit its name, and every label has to have one of the values.
 * What is not named does not matter.
 */
export function selects(
  selector: HostSelector,
  host: string,
  labels: Readonly<Record<string, string>>,
): boolean {
  const { hosts, labels: wanted = {} } = selector
  if (hosts !== undefined && !hosts.some((glob) => globMatches(glob, host))) return false
  return Object.entries(wanted).every(([key, values]) => {
    const own = Object.hasOwn(labels, key) ? labels[key] : undefined
    return own !== undefined && values.includes(own)
  })
}

/**
 * Walks both texts once. It is not a regular expression because anybody may send a glob
 * before a signature is looked at, and `*?*?*?*?…` would keep a backtracking matcher busy for years.
 */
function globMatches(glob: string, text: string): boolean {
  let g = 0
  let t = 0
  let retry: { readonly g: number; readonly t: number } | undefined
  while (t < text.length) {
    if (glob[g] === '*') {
      retry = { g, t }
      g += 1
    } else if (glob[g] === '?' || glob[g] === text[t]) {
      g += 1
      t += 1
    } else if (retry !== undefined) {
      // Let the last star take one character more.
      retry = { g: retry.g, t: retry.t + 1 }
      g = retry.g + 1
      t = retry.t
    } else return false
  }
  return /^\**$/.test(glob.slice(g))
}
