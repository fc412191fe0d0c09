import type { Stamp } from './stamp.ts'

/** The variable that wakes the agent up. */
export const agentVariable = 'TROUPE_AGENT'

/** What an agent is told at its start. */
export type AgentConfig = (
  | { readonly kind: 'fork'; readonly socket: string; readonly cookie: string }
  /** `none`: the worker accepts by itself, so it can outlive its primary. */
  | { readonly kind: 'worker'; readonly scheduling: 'rr' | 'none' }
) & {
  /** What is written with each line. */
  readonly stamp?: Stamp
}

/** The words that make Node load the agent; they stand directly behind the interpreter. */
export function preloadWords(file: string): readonly [string, string] {
  return ['--require', file]
}

/**
 * Takes the agent's variable and its two words out of the process, so that no child of it will carry them;
 * undefined when there is nothing for an agent to do.
 */
export function takeConfig(
  of: { readonly env: Record<string, string | undefined>; readonly execArgv: string[] },
  file: string,
): AgentConfig | undefined {
  const at = of.execArgv.indexOf(file)
  if (at > 0 && of.execArgv[at - 1] === '--require') of.execArgv.splice(at - 1, 2)
  const text = of.env[agentVariable]
  if (text === undefined) return undefined
  delete of.env[agentVariable]
  // Written by the manager that started this process.
  return JSON.parse(text) as AgentConfig
}
