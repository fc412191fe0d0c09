/**
 * Why Redis did not do what it was asked.
 *
 * - `unknown`: no answer; it may or may not have been done
 * - `closed-to-writes`: the server's condition, which passes
 * - `replica`: this server will never do it, another one would
 * - `namesake`: somebody else has the name of this host, until that one leaves
 * - `refused`: this very request, which will not get better
 */
export type Refusal = {
  readonly kind: 'unknown' | 'closed-to-writes' | 'replica' | 'namesake' | 'refused'
  readonly why: string
}

const conditions = [
  'OOM',
  'NOREPLICAS',
  'MISCONF',
  'LOADING',
  'BUSY',
  'MASTERDOWN',
  'CLUSTERDOWN',
  'TRYAGAIN',
  'NOAUTH',
  'NOPERM',
  'WRONGTYPE',
]

/** Sorts an error message of Redis or of the client library (PROTOCOL, "When Redis is slow, gone or lying"). */
export function refusalOf(message: string): Refusal {
  const why = withoutScript(message)
  if (why.startsWith('READONLY')) return { kind: 'replica', why }
  if (why.startsWith('NAMESAKE ')) {
    const hint = 'give this one another name: troupe config set host.name <name>'
    return { kind: 'namesake', why: `${why.slice('NAMESAKE '.length)}; ${hint}` }
  }
  if (conditions.some((word) => why.startsWith(word))) return { kind: 'closed-to-writes', why }
  // Errors of the server begin with a word in capitals; those of the library do not.
  return { kind: /^[A-Z]{3,} /.test(why) ? 'refused' : 'unknown', why }
}

/** Whether Redis refused for the rights of the user (`NOPERM` of its ACL), not for the command. */
export function isForbidden(message: string): boolean {
  return message.startsWith('NOPERM')
}

/** An error inside a script carries its place: `OOM … script: 1b9d…, on @user_script:12.` */
function withoutScript(message: string): string {
  return message
    .replace(/^ERR (?:Error running script.*?: )?@?user_script:? ?\d*: /, '')
    .replace(/ script: [0-9a-f]{40}, on @user_script:\d+\.?$/, '')
}
