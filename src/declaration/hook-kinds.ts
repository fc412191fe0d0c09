import { z } from 'zod'
import type { Kind } from './field.ts'
import type { Hook, HookName, Hooks } from './hooks.ts'
import { duration } from './kinds.ts'
import { membersOf } from './members.ts'

type Argv = Hook['argv']

interface SaidHook {
  readonly command: Argv
  readonly timeout: number
  readonly on_failure: Hook['onFailure']
}

const defaultTimeoutMs = 30_000

const command: Kind<Argv> = {
  type: z.union([
    z
      .string()
      .min(1)
      .transform((line): Argv => ['/bin/sh', '-c', line]),
    z.tuple([z.string().min(1)], z.string()),
  ]),
  expected: 'a line for the shell, or a list such as ["npm", "run", "migrate"]',
}

const timeout = duration(1)

const onFailure: Kind<Hook['onFailure']> = {
  type: z.enum(['abort', 'continue']),
  expected: '"abort" or "continue"',
}

function hook(said: Kind<Partial<SaidHook>>): Kind<Hook> {
  const type = z.union([
    command.type.transform((argv): Partial<SaidHook> => ({ command: argv })),
    said.type,
  ])
  return {
    type: type.transform((given, context): Hook => {
      const { command: argv, timeout: timeoutMs = defaultTimeoutMs } = given
      if (argv !== undefined) return { argv, timeoutMs, onFailure: given.on_failure ?? 'abort' }
      context.addIssue({ code: 'custom', message: 'a command' })
      return z.NEVER
    }),
    expected: `${command.expected}, or an object with command and ${said.expected}`,
  }
}

const beforeStart = hook(
  membersOf('timeout and on_failure', { command, timeout, on_failure: onFailure }),
)
/** What runs at any other step cannot keep the step from being taken. */
const elsewhere = hook(membersOf('timeout', { command, timeout }) as Kind<Partial<SaidHook>>)

type Said = { readonly [N in HookName]: Hook }

/**
 * The member `hooks` of an app. Only `pre_start` takes `on_failure`: nothing else can keep its step from being
 * taken.
 */
export const hooks: Kind<Hooks> = membersOf<Said>(
  'an object with pre_start, post_ready, pre_stop and post_stop',
  {
    pre_start: beforeStart,
    post_ready: elsewhere,
    pre_stop: elsewhere,
    post_stop: elsewhere,
  },
)
