import type { Variables } from './variables.ts'

/** A variable that is one more in each instance than in the one before. */
export interface Increment {
  readonly name: string
  /** Its value in the first instance. */
  readonly from: number
}

/** It begins with what is declared, or with 0 where that is no whole number, as in PM2. */
export function incrementOf(name: string, env: Variables): Increment {
  return { name, from: isCountable(env[name]) ? Number(env[name] ?? 0) : 0 }
}

/** Whether one can count on from what a variable says; nothing is as good as 0. */
export function isCountable(said: string | undefined): boolean {
  return said === undefined || /^\s*-?\d{1,15}\s*$/.test(said)
}
