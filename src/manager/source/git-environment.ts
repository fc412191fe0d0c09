/** Programs, home, agents and proxies; not the `GIT_…` that would lead to another repository. */
const wanted =
  /^(PATH|HOME|USER|LOGNAME|TMPDIR|XDG_CONFIG_HOME|SSH_AUTH_SOCK|GIT_SSH_COMMAND|SSL_CERT_(FILE|DIR)|(HTTPS?|ALL|NO)_PROXY)$/i

/** What git itself gets of the environment of a service: it asks nobody, and takes no lock to look. */
export function gitEnvironment(
  env: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    ...Object.fromEntries(Object.entries(env).filter(([name]) => wanted.test(name))),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
  }
}
