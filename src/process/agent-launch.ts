import { type AgentConfig, agentVariable, preloadWords } from './agent/config.ts'
import { agentFile } from './built-file.ts'
import type { LaunchOrder } from './host.ts'

/** A command line and an environment. */
export interface Invocation {
  readonly argv: LaunchOrder['argv']
  readonly env: Readonly<Record<string, string>>
}

/** The same invocation with the agent loaded first, which takes both additions out again. */
export function withAgent(
  { argv: [node, ...args], env }: Invocation,
  config: AgentConfig,
): Invocation {
  return {
    argv: [node, ...preloadWords(agentFile), ...args],
    env: { ...env, [agentVariable]: JSON.stringify(config) },
  }
}
