import { z } from 'zod'
import type { Kind } from './field.ts'

/** The environment of a process: names and texts. */
export type Variables = Readonly<Record<string, string>>

/**
 * Variables as they are declared. Numbers and booleans become text, objects JSON, and null (YAML's `NAME:`) is empty;
 * undefined (`process.env.NAME` of a program) is not declared at all.
 */
export const variables: Kind<Variables> = {
  // Not a record, which would refuse `process.env` itself.
  type: z.looseObject({}).transform((declared, context) => {
    const entries = Object.entries(declared)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, textOf(value)] as const)
    for (const [name, text] of entries) {
      const message = text === undefined ? expectedValue : isName(name) ? undefined : expectedName
      if (message !== undefined) context.addIssue({ code: 'custom', message, path: [name] })
    }
    return Object.fromEntries(entries.map(([name, text]) => [name, text ?? '']))
  }),
  expected: 'an object such as {"PORT": 3000}',
  isSecret: true,
}

const expectedValue = 'text, a number, true or false, or an object that JSON can hold'
const expectedName = 'the name of a variable, which holds no "="'

function isName(name: string): boolean {
  return name !== '' && !/[=\0]/.test(name)
}

function textOf(value: unknown): string | undefined {
  const text = value === null ? '' : typeof value === 'object' ? jsonOf(value) : plainOf(value)
  return text?.includes('\0') === true ? undefined : text
}

function plainOf(value: unknown): string | undefined {
  return ['string', 'number', 'boolean', 'bigint'].includes(typeof value)
    ? String(value)
    : undefined
}

function jsonOf(value: object): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    // It holds itself, or a bigint.
    return undefined
  }
}
