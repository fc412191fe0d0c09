import { customAlphabet } from 'nanoid'

/** Lower-case letters and digits only: safe in file names, channels, cookies and shells. */
const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz'
const short = customAlphabet(alphabet, 8)
const long = customAlphabet(alphabet, 21)

/** Unique within one home: 8 characters, 41 bits. */
export function shortId(): string {
  return short()
}

/** Unique anywhere: 21 characters, 108 bits. */
export function uniqueId(): string {
  return long()
}
