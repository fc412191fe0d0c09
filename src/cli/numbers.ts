import { TroupeError } from '../base/errors.ts'

/** @throws TroupeError `E_USAGE` when an option that counts something is no whole number */
export function wholeNumber(option: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new TroupeError('E_USAGE', `${option}: expected a whole number, got "${text}"`)
}
